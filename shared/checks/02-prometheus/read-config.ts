import {
  asList,
  type ComposeService,
  fail,
  findSettings,
  flagValue,
  isRecord,
  orNone,
  readSettings,
  type StepUnderTest,
  type YamlFile,
} from '../../verify/files/index.ts';

/** Seconds between two scrapes; the file must say so before anything is started. */
export const INTERVAL = 5;

export const prometheus = (step: StepUnderTest) => step.compose().service('prometheus');

/** Where Prometheus reads its configuration, in its container. */
export const configInContainer = (service: ComposeService): string =>
  flagValue(service, 'config.file') ?? '/etc/prometheus/prometheus.yml';

/** The file that Prometheus is told to read; undefined while the compose file leads to none. */
const foundPath = (step: StepUnderTest): string | undefined =>
  orNone(() => findSettings(step, 'prometheus').path);

/** The same; the usual one where there is none. */
export const configPath = (step: StepUnderTest): string =>
  foundPath(step) ?? 'prometheus/prometheus.yaml';

/** With the jobs of other files. @throws CheckFailure when one is missing or does not parse */
export const readConfig = (step: StepUnderTest): YamlFile =>
  foundPath(step) ? readSettings(step, 'prometheus').file : step.files.yaml(configPath(step));

/** A job of scrape_configs. */
export interface Job {
  name: string;
  /** Its place in the list. */
  index: number;
  where: string;
  /** The entries of `targets:`, "app:8080". */
  targets: { address: string; where: string }[];
  /** True when it finds its targets in another way than static_configs. */
  discovers: boolean;
}

/** @throws CheckFailure when scrape_configs is not a list */
export function readJobs(file: YamlFile): Job[] {
  const entries = file.get(['scrape_configs']);
  if (!Array.isArray(entries)) {
    fail({
      expected: 'scrape_configs: with one list entry for each job',
      actual: entries === undefined ? 'no scrape_configs' : 'scrape_configs that is not a list',
      where: file.where(['scrape_configs']),
      hint: 'A list entry begins with a dash: "- job_name: …". The keys of the same job stand below job_name, at the same indentation.',
    });
  }
  return entries.map((entry, index) => {
    const at = ['scrape_configs', index];
    const targets = asList(entry?.static_configs).flatMap((group, groupIndex) =>
      asList(isRecord(group) && group.targets).map((address, place) => ({
        address: String(address),
        where: file.where([...at, 'static_configs', groupIndex, 'targets', place]),
      })),
    );
    const discovers = Object.keys(entry ?? {}).some((key) => /_sd_configs$/.test(key));
    return {
      name: String(entry?.job_name ?? ''),
      index,
      where: file.where(at),
      targets,
      discovers,
    };
  });
}

/** The job of that name, or undefined. */
export const findJob = (file: YamlFile, name: string): Job | undefined =>
  Array.isArray(file.get(['scrape_configs']))
    ? readJobs(file).find((job) => job.name === name)
    : undefined;
