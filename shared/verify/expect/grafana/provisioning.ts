import { posix } from 'node:path';
import leven from 'leven';
import {
  type ComposeService,
  expectThat,
  fail,
  hostPath,
  isRecord,
  type StepUnderTest,
  type YamlPath,
} from '../../files/index.ts';

/** Grafana's two kinds of provisioning files, by the folder in which it looks for them, and the list in each. */
const LISTS = { datasources: 'datasources', dashboards: 'providers' } as const;
export type Kind = keyof typeof LISTS;

/** What stands in the list of a provisioning file: one data source, or one dashboard provider. */
interface Provisioned {
  value: Record<string, unknown>;
  /** The same before Grafana fills in variables. */
  written: Record<string, unknown>;
  where(...place: YamlPath): string;
}

/** Where Grafana looks for provisioning files, in its container. */
export function containerFolder(grafana: ComposeService | undefined, kind: Kind): string {
  return `${grafana?.environment.GF_PATHS_PROVISIONING || '/etc/grafana/provisioning'}/${kind}`;
}

/** The service, or undefined when it is missing, which another check reports. */
export function grafanaService(step: StepUnderTest): ComposeService | undefined {
  const compose = step.compose();
  return compose.serviceNames.includes('grafana') ? compose.service('grafana') : undefined;
}

/** Every file with one of the endings in a folder of the step; none when there is no such folder. */
export function filesIn(step: StepUnderTest, path: string, ending: RegExp): string[] {
  if (!step.files.exists(path)) return [];
  if (!step.files.isFolder(path)) return [path];
  return step.files.all(path).filter((file) => ending.test(file));
}

/**
 * The provisioning files of a kind: those that are mounted, else those at their usual place. Files in folders below are
 * not among them: Grafana does not look there.
 */
export function provisioningFiles(step: StepUnderTest, kind: Kind): string[] {
  const grafana = grafanaService(step);
  const folder = containerFolder(grafana, kind);
  const single = (grafana?.mounts ?? [])
    .filter(({ target }) => target.startsWith(`${folder}/`))
    .map(({ source }) => posix.normalize(source));
  const mounted = grafana && hostPath(grafana, folder);
  const found = [mounted ?? '', ...single].flatMap((path) => (path ? yamlFilesIn(step, path) : []));
  return found.length > 0 ? found : yamlFilesIn(step, `grafana/provisioning/${kind}`);
}

/** Not those in folders below it. */
const yamlFilesIn = (step: StepUnderTest, path: string): string[] =>
  filesIn(step, path, /\.ya?ml$/).filter((file) => file === path || posix.dirname(file) === path);

/**
 * What the provisioning files of a kind describe.
 *
 * @throws CheckFailure when there is no file, it does not parse, has another version, or an empty list
 */
export const provisioned = (step: StepUnderTest, kind: Kind): Provisioned[] =>
  step.once(`provisioned ${kind}`, () => readProvisioned(step, kind));

function readProvisioned(step: StepUnderTest, kind: Kind): Provisioned[] {
  const key = LISTS[kind];
  const paths = provisioningFiles(step, kind);
  const folder = hostFolder(step, kind);
  const [other] = filesIn(step, folder, /\.(ya?ml|json)/i);
  expectThat(paths.length > 0, {
    expected: `a YAML file in ${folder}`,
    actual: other ? `${other}, which Grafana does not read` : 'no such file',
    where: other ?? `${folder} (missing)`,
    hint: 'Provisioning means: Grafana reads its settings from files when it starts. It reads files that end in .yaml or .yml, and does not look into folders below.',
  });
  return paths.flatMap((path) => {
    const file = step.files.yaml(path);
    const version = file.get(['apiVersion']);
    expectThat(version === 1, {
      expected: 'apiVersion: 1',
      actual: `apiVersion: ${JSON.stringify(version) ?? 'missing'}`,
      where: file.where(['apiVersion']),
      hint: 'apiVersion says in which format the file is written. Without it Grafana takes the file for an old one, whose keys have other names.',
    });
    const entries = file.get([key]);
    const similar = Object.keys(Object(file.value)).find(
      (it) => it !== key && leven(it.toLowerCase(), key) <= 2,
    );
    if (!Array.isArray(entries) || !entries.every(isRecord) || entries.length === 0) {
      fail({
        expected: `${key}: with one entry, which begins with "- "`,
        actual:
          entries === undefined
            ? `no ${key}${similar ? `, but ${similar}:` : ''}`
            : `${key}: ${JSON.stringify(entries)}`,
        where: file.where([similar ?? key]),
        hint: 'In YAML each entry of a list begins with "- ", and its other keys stand below its first one.',
      });
    }
    const { environment = {} } = grafanaService(step) ?? {};
    return entries.map((written, index) => ({
      value: expanded(written, environment) as Provisioned['value'],
      written,
      where: (...place: YamlPath) => file.where([key, index, ...place]),
    }));
  });
}

/** The step's folder that is mounted where Grafana looks, else the usual one. */
function hostFolder(step: StepUnderTest, kind: Kind): string {
  const grafana = grafanaService(step);
  const mounted = grafana && hostPath(grafana, containerFolder(grafana, kind));
  return mounted && step.files.exists(mounted) ? mounted : `grafana/provisioning/${kind}`;
}

/** Grafana fills variables of its container into every text: $NAME, ${NAME} and $__env{NAME}; $$ is a $. */
function expanded(value: unknown, environment: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((it) => expanded(it, environment));
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, expanded(inner, environment)]),
    );
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\$\$|\$(?:__env)?\{(\w+)\}|\$(\w+)/g, (all, braced, bare) =>
    all === '$$' ? '$' : (environment[braced ?? bare] ?? ''),
  );
}

/** The data source that leads to Prometheus: by its uid, else by its type, else the first. */
export function prometheusSource(step: StepUnderTest): Provisioned {
  const sources = provisioned(step, 'datasources');
  const by = (key: string) => sources.find(({ value }) => value[key] === 'prometheus');
  return by('uid') ?? by('type') ?? (sources[0] as Provisioned);
}
