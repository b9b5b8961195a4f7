import { parseDuration } from '../../duration.ts';
import { isTrue } from '../../verify/expect/index.ts';
import {
  asList,
  describeValue,
  isRecord,
  readSettings,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';

/** What is written below a place of a file, and where. */
export const entryAt = (file: YamlFile, at: YamlPath) => ({
  get: (...place: YamlPath) => file.get([...at, ...place]),
  source: (...place: YamlPath) => file.source([...at, ...place]),
  isTrue: (...place: YamlPath) => isTrue(file, [...at, ...place]),
  where: (...place: YamlPath) => file.where([...at, ...place]),
});
type Entry = ReturnType<typeof entryAt>;

/** A job of Prometheus, as it is written. */
export interface Job extends Entry {
  name: string;
  value: Record<string, unknown>;
}

export function scrapeJobs(step: StepUnderTest): Job[] {
  const { file } = readSettings(step, 'prometheus');
  return asList(file.get(['scrape_configs'])).flatMap((value, index) => {
    if (!isRecord(value)) return [];
    return { ...entryAt(file, ['scrape_configs', index]), name: String(value.job_name), value };
  });
}

export const webJob = (step: StepUnderTest): Job | undefined =>
  scrapeJobs(step).find(({ name }) => name === 'web');

/** The one that asks the blackbox exporter: by its path, its parameters or its name. */
export const probeJob = (step: StepUnderTest): Job | undefined => {
  const jobs = scrapeJobs(step);
  const isProbe = [
    ({ get }: Job) => get('metrics_path') === '/probe',
    ({ get }: Job) => get('params', 'module') !== undefined,
    ({ name }: Job) => /probe|blackbox/.test(name),
  ];
  return isProbe.map((is) => jobs.find(is)).find(Boolean);
};

/** The targets that stand in the file, "host:port", each with its place. */
export const writtenTargets = ({ get, where }: Entry): { target: string; where: string }[] =>
  asList(get('static_configs')).flatMap((_, index) =>
    asList(get('static_configs', index, 'targets')).map((target, entry) => ({
      target: String(target),
      where: where('static_configs', index, 'targets', entry),
    })),
  );

/** How often DNS is asked, in seconds. */
export const refreshInterval = (job: Job): number =>
  parseDuration(job.get('dns_sd_configs', 0, 'refresh_interval') ?? '30s');

/** How a job finds its targets, in a few words. */
export function describeDiscovery({ get }: Job): string {
  const own = Object.keys(get() as object).filter((key) =>
    /_sd_configs$|^static_configs$/.test(key),
  );
  return own.map((key) => `${key}: ${describeValue(get(key))}`).join(', ') || 'no targets';
}

/** What Prometheus needs to notice a target, beside the refresh interval: it passes news on every 5 s, twice. Seconds. */
export const PASSED_ON = 10;
