import {
  expectThat,
  fail,
  isRecord,
  type StepUnderTest,
  valueAt,
  type YamlPath,
} from '../../files/index.ts';
import { type Json, type Panel, readDashboards, records } from './dashboards.ts';
import {
  type Deviation,
  dashboardDeviations,
  deviationsFrom,
  grafanaFormat,
  isTime,
  isUnit,
  nearest,
} from './format.ts';
import { queryWithoutOlder } from './older.ts';
import { type Kind, provisioningFiles } from './provisioning.ts';

// What Grafana's own types and names say about the files, without a server: "Grafana files".

/** Where the keys of a type belong, as a person finds it in the file. */
const DASHBOARD_PLACES = {
  FieldConfig: 'below fieldConfig.defaults',
  FieldConfigSource: 'below fieldConfig',
  GridPos: 'below gridPos',
  Panel: 'beside the title of a panel',
  Dashboard: 'beside the title of the dashboard',
};
const PROVISIONING_PLACES = {
  'below jsonData': [
    'timeInterval',
    'httpMethod',
    'queryTimeout',
    'prometheusType',
    'tlsSkipVerify',
  ],
  'below options': ['path', 'foldersFromFilesStructure'],
};

/** @throws CheckFailure at the first key or value of a dashboard, or of a query in it, that Grafana does not know */
export async function expectDashboardKeys(step: StepUnderTest): Promise<void> {
  const { TARGET } = await import('./schemas.ts');
  const { definitions } = grafanaFormat().dashboard;
  const known = Object.values(definitions).flatMap(({ properties }) =>
    Object.keys(properties ?? {}),
  );
  const places = Object.entries(DASHBOARD_PLACES).map(
    ([type, place]) => [place, Object.keys(definitions[type]?.properties ?? {})] as const,
  );
  for (const { value, where, panels } of readDashboards(step)) {
    refuse(await dashboardDeviations(value), value, { known, places, where });
    for (const { value: panel, where } of panels) {
      for (const [index, target] of records(panel.targets).entries()) {
        if (target.expr === undefined) continue;
        const at = (...place: YamlPath) => where('targets', index, ...place);
        const found = deviationsFrom(TARGET, queryWithoutOlder(target));
        refuse(found, target, { known: Object.keys(TARGET.shape), places: [], where: at });
      }
    }
  }
}

/** @throws CheckFailure at the first key or value of a provisioning file that Grafana does not know */
export async function expectProvisioningKeys(step: StepUnderTest, kind: Kind): Promise<void> {
  const { PROVISIONING } = await import('./schemas.ts');
  const [schema, entry] = PROVISIONING[kind];
  const known = Object.keys(entry.shape);
  const places = Object.entries(PROVISIONING_PLACES);
  for (const path of provisioningFiles(step, kind)) {
    const file = step.files.yaml(path);
    const where = (...place: YamlPath) => file.where(place);
    refuse(deviationsFrom(schema, file.value), file.value, { known, places, where });
  }
}

interface Names {
  known: string[];
  /** Places, and the keys that belong there. */
  places: (readonly [place: string, keys: string[]])[];
  where(...place: YamlPath): string;
}

/** @param value what the places of the deviations lead into */
function refuse([first]: Deviation[], value: unknown, { known, places, where }: Names): void {
  if (!first) return;
  const { place, key, kind } = first;
  const holder = place.slice(0, -1).findLast((it) => typeof it === 'string');
  const below = holder ? `, below ${holder}` : '';
  const elsewhere = places.find(([, keys]) => key && keys.includes(key))?.[0];
  const others = known.filter((name) => name !== key);
  const better = key && !elsewhere && nearest(key, others);
  const wanted = better ? `"${better}"${below}` : `only keys that Grafana knows${below}`;
  fail({
    expected: key ? (elsewhere ? `"${key}" ${elsewhere}` : wanted) : `${place.at(-1)}: ${kind}`,
    actual: key ? `"${key}"${elsewhere ? below : ''}` : JSON.stringify(valueAt(value, place)),
    where: where(...place),
    hint: key
      ? 'Grafana ignores a key that it does not know, and says nothing. A key has its name, exactly, and its place: look at one that works.'
      : 'Grafana expects a value of this kind, and cannot use any other.',
  });
}

/** @throws CheckFailure at the first unit, calculation or time range that Grafana does not have */
export function expectKnownNames(step: StepUnderTest): void {
  for (const { value, where, panels } of readDashboards(step)) {
    for (const [end, text] of Object.entries(isRecord(value.time) ? value.time : {})) {
      expectThat(isTime(String(text)), {
        expected: 'a time such as now-15m, now/d, or a date',
        actual: `"${text}"`,
        where: where('time', end),
        hint: 'Times are counted back from now: s, m, h, d, w, M and y are seconds to years.',
      });
    }
    for (const panel of panels) {
      expectKnownUnits(panel);
      expectKnownCalculations(panel);
    }
  }
}

function expectKnownUnits(panel: Panel): void {
  const { overrides } = (panel.value.fieldConfig ?? {}) as { overrides?: unknown };
  const units: [name: unknown, place: YamlPath][] = panel.unit
    ? [[panel.unit, ['defaults', 'unit']]]
    : [];
  for (const [index, { properties }] of records(overrides).entries()) {
    for (const [entry, { id, value }] of records(properties).entries()) {
      if (id === 'unit') units.push([value, ['overrides', index, 'properties', entry, 'value']]);
    }
  }
  for (const [name, place] of units) {
    expectThat(isUnit(String(name)), {
      expected: `${suggest(name, grafanaFormat().units, 'a unit that Grafana has')} in "${panel.title}"`,
      actual: `"${name}"`,
      where: panel.where('fieldConfig', ...place),
      hint: 'Grafana writes a unit that it does not know behind the bare number. In the file units have short names, such as reqps, percentunit, s or bytes; one of your own begins with "suffix:".',
    });
  }
}

function expectKnownCalculations({ title, value, where }: Panel): void {
  const known = grafanaFormat().calculations;
  for (const key of ['reduceOptions', 'legend']) {
    const { calcs } = ((value.options ?? {}) as Record<string, Json | undefined>)[key] ?? {};
    for (const [index, name] of ((calcs ?? []) as unknown[]).entries()) {
      expectThat(known.includes(String(name)), {
        expected: `${suggest(name, known, 'a calculation that Grafana has')} in "${title}"`,
        actual: `"${name}"`,
        where: where('options', key, 'calcs', index),
        hint: 'A calculation makes one number of many: lastNotNull, mean, max, sum and so on.',
      });
    }
  }
}

function suggest(name: unknown, known: string[], otherwise: string): string {
  const better = nearest(String(name), known);
  return better ? `"${better}"` : otherwise;
}
