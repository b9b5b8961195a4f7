// Writes format.json: what a dashboard may hold, asked from Grafana's own packages. Run it after a change of
// Grafana's version: npx tsx shared/verify/expect/grafana/make-format.ts
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The newest on npm that fit Grafana 12.4.14. They are too large to be installed with the workshop. */
const PACKAGES = {
  '@grafana/schema': '12.4.11',
  '@grafana/data': '12.4.10',
  'ts-json-schema-generator': '2.4.0',
};
const TYPES = 'node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen.d.ts';
const DATA = 'node_modules/@grafana/data/dist/cjs';

/** What the data source of an annotation or a variable adds; the types leave it out. */
const OPEN = ['AnnotationQuery', 'AnnotationTarget', 'VariableModel'];

/** Of these texts it is recorded whether Grafana takes them for a time. */
const TIMES =
  'now now-15m now-15x now-1d/d now/fy 15m now-15min now-1.5h 2026-01-31 2026-31-01 2026-01-31T10:00:00.000Z nowish yesterday now-';

/** @throws Error when the packages are not available */
export async function makeGrafanaFormat(): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'grafana-format-'));
  const run = (command: string, ...args: string[]) => execa(command, args, { cwd: folder });
  try {
    await writeFile(join(folder, 'package.json'), '{}');
    await writeFile(join(folder, 'tsconfig.json'), '{}');
    const wanted = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', 'install', ...quiet, '--fetch-retries=0', ...wanted);
    const generator = ['--path', TYPES, '--type', 'Dashboard', '--no-type-check'];
    const made = await run('npx', 'ts-json-schema-generator', '-f', 'tsconfig.json', ...generator);
    return { from: PACKAGES, ...namesIn(folder), dashboard: relaxed(JSON.parse(made.stdout)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Units, calculations and times, from the parts of @grafana/data that need no browser. */
function namesIn(folder: string) {
  Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en'] } });
  const load = (part: string) => createRequire(import.meta.url)(join(folder, DATA, `${part}.cjs`));
  const { getValueFormats } = load('valueFormats/valueFormats');
  const { fieldReducers } = load('transformations/fieldReducer');
  const { isValid } = load('datetime/datemath');
  const units = getValueFormats().flatMap(({ submenu }: { submenu: { value: string }[] }) =>
    submenu.map(({ value }) => value),
  );
  return {
    units: [...new Set(units)],
    calculations: fieldReducers.list().map(({ id }: { id: string }) => id),
    times: Object.fromEntries(TIMES.split(' ').map((text) => [text, isValid(text)])),
  };
}

interface Definition {
  properties?: Record<string, object>;
  additionalProperties?: boolean;
  anyOf?: object[];
}

/** Grafana fills in what is missing, so nothing is required; what a key means is for the documentation. */
function relaxed({ definitions, ...schema }: { definitions: Record<string, Definition> }): unknown {
  for (const name of OPEN) Object.assign(definitions[name] ?? {}, { additionalProperties: true });
  // A row is a panel, too. Of two possible types a message would have to guess which was meant.
  const { Panel, RowPanel, Dashboard } = definitions;
  Object.assign(Panel ?? {}, { properties: { ...RowPanel?.properties, ...Panel?.properties } });
  for (const holder of [Dashboard, Panel])
    Object.assign(holder?.properties?.panels ?? {}, { items: { $ref: '#/definitions/Panel' } });
  // Older dashboards name their data source.
  const reference = { ...definitions.DataSourceRef };
  definitions.DataSourceRef = { anyOf: [reference, { type: 'string' }] };
  const lean = JSON.stringify({ ...schema, definitions }, (_, value) => {
    if (typeof value !== 'object' || Array.isArray(value)) return value;
    const kept = Object.entries(value ?? {}).filter(
      ([key, inner]) =>
        !(key === 'required' && Array.isArray(inner)) &&
        !(/^(description|default)$/.test(key) && typeof inner !== 'object'),
    );
    return value && Object.fromEntries(kept);
  });
  return JSON.parse(lean);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(import.meta.dirname, 'format.json');
  await writeFile(path, JSON.stringify(await makeGrafanaFormat()));
  await execa('npx', ['biome', 'format', '--write', path]);
  console.log(`${path}: ${(await readFile(path)).length} bytes`);
}
