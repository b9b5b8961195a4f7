import leven from 'leven';
import type { YamlPath } from '../../files/index.ts';
import { grafanaFormat } from './format.ts';
import type { Json, Panel } from './model.ts';

/** The name that was most likely meant, by its letters or by its beginning; undefined when none is near. */
export function nearest(name: string, known: string[]): string | undefined {
  const given = name.toLowerCase();
  const distance = (other: string) => leven(other.toLowerCase(), given);
  const [closest] = known
    .filter((it) => distance(it) <= 2)
    .sort((a, b) => distance(a) - distance(b));
  return (
    closest ?? known.find((it) => it.startsWith(given) || (it.length > 2 && given.startsWith(it)))
  );
}

/** A unit of Grafana's, or one of your own: "suffix:requests". */
export const isUnit = (unit: string): boolean =>
  /^(prefix|suffix|time|si|count|currency|bool):./.test(unit) ||
  grafanaFormat().units.includes(unit);

/** Such as now-15m, now/d, or a date. */
export const isTime = (text: string): boolean =>
  text.startsWith('now')
    ? /^now(([+-]\d*|\/f?)[yMwdhmsQ])*$/.test(text)
    : /^\d{4}-\d\d/.test(text) && !Number.isNaN(Date.parse(text));

/** Everything in a panel that is the name of a unit or of a calculation. */
export function namesOf({ value, unit }: Panel) {
  const { reduceOptions, legend } = (value.options ?? {}) as Record<string, Json | undefined>;
  const { overrides } = (value.fieldConfig ?? {}) as { overrides?: Json[] };
  const units = unit
    ? [{ name: unit, place: ['fieldConfig', 'defaults', 'unit'] as YamlPath }]
    : [];
  for (const [index, { properties }] of (overrides ?? []).entries()) {
    for (const [entry, { id, value: name }] of ((properties ?? []) as Json[]).entries()) {
      const place = ['fieldConfig', 'overrides', index, 'properties', entry, 'value'];
      if (id === 'unit') units.push({ name: String(name), place });
    }
  }
  const calculations = Object.entries({ reduceOptions, legend }).flatMap(([key, holder]) =>
    ((holder?.calcs ?? []) as string[]).map((name, index) => ({
      name: String(name),
      place: ['options', key, 'calcs', index] as YamlPath,
    })),
  );
  return { units, calculations };
}
