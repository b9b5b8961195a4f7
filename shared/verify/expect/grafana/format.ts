import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import leven from 'leven';
import type { z } from 'zod';
import { isRecord, type YamlPath } from '../../files/index.ts';
import type { Json } from './dashboards.ts';
import { withoutOlder } from './older.ts';

/** What a dashboard may hold, from Grafana's own packages; make-format.ts writes it. */
interface GrafanaFormat {
  /** Which packages, in which versions. */
  from: Record<string, string>;
  units: string[];
  /** Such as lastNotNull: what makes one number of many. */
  calculations: string[];
  /** Texts, and whether Grafana takes them for a time. */
  times: Record<string, boolean>;
  /** The classic dashboard as closed JSON Schema. */
  dashboard: { definitions: Record<string, { properties?: Json }> };
}

let format: GrafanaFormat | undefined;
export function grafanaFormat(): GrafanaFormat {
  format ??= JSON.parse(readFileSync(join(import.meta.dirname, 'format.json'), 'utf8'));
  return format as GrafanaFormat;
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

/** The name that was most likely meant, by its letters or by its beginning; undefined when none is near. */
export function nearest(name: string, known: string[]): string | undefined {
  const given = name.toLowerCase();
  const distance = (other: string) => leven(other.toLowerCase(), given);
  // Of three letters or fewer two others are another word.
  const most = given.length > 3 ? 2 : 1;
  const [closest] = known
    .filter((it) => distance(it) <= most)
    .sort((a, b) => distance(a) - distance(b));
  return (
    closest ?? known.find((it) => it.startsWith(given) || (it.length > 2 && given.startsWith(it)))
  );
}

/** A place at which a file is not what Grafana's types say. */
export interface Deviation {
  place: YamlPath;
  /** A key that Grafana does not know; undefined when the value is of another kind. */
  key?: string | undefined;
  /** What kind of value it must be, in words; undefined when it is the key that is wrong. */
  kind?: string;
}

let schema: z.ZodType | undefined;
/** Where a dashboard differs from Grafana's types. Nothing is required, because Grafana fills in what is missing. */
export async function dashboardDeviations(dashboard: Json): Promise<Deviation[]> {
  const { z } = await import('zod');
  schema ??= z.fromJSONSchema(grafanaFormat().dashboard as Parameters<typeof z.fromJSONSchema>[0]);
  return deviationsFrom(schema, withoutOlder(dashboard));
}

/** Where a value differs from a schema, in the order of the schema. */
export function deviationsFrom(schema: z.ZodType, value: unknown): Deviation[] {
  const { error } = schema.safeParse(withoutEmpty(value));
  return (error?.issues ?? []).flatMap((issue) => deviationsOf(issue as z.core.$ZodIssue, []));
}

function deviationsOf(issue: z.core.$ZodIssue, above: YamlPath): Deviation[] {
  const place = [...above, ...(issue.path as YamlPath)];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ place: [...place, key], key }));
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [{ place, kind: kindOf(issue) }];
  // What fits best is what was meant.
  const [nearest = []] = [...issue.errors].sort((a, b) => a.length - b.length);
  return nearest.flatMap((inner) => deviationsOf(inner, place));
}

const KINDS: Record<string, string> = {
  boolean: 'true or false, without quotes',
  number: 'a number, without quotes',
  int: 'a whole number, without quotes',
  string: 'a text, in quotes',
  array: 'a list',
  object: 'a group of keys',
};

function kindOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value')
    return issue.values.map((it) => JSON.stringify(it)).join(' or ');
  return (issue.code === 'invalid_type' && KINDS[issue.expected]) || 'another value';
}

/** To Grafana null means missing; keys that begin with __ are notes of its own export. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key, it]) => it !== null && !key.startsWith('__'));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmpty(inner)]));
}
