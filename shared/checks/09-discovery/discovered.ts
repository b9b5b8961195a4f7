import { stringify } from 'yaml';
import { discovering } from '../../verify/expect/index.ts';
import { toolShell } from '../../verify/expect/play/index.ts';
import {
  asList,
  fail,
  isRecord,
  placeNamed,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Job, probeJob, webJob } from './scrape-jobs.ts';

/** What relabelling makes of a target: its labels, also those that begin with two underscores. */
export type Target = Record<string, string>;

/** Where three instances would be. */
export const ADDRESSES = ['172.30.0.3', '172.30.0.4', '172.30.0.10'];

const JOBS = { web: webJob, probe: probeJob };

/**
 * What the step's own relabelling makes of three instances, told by promtool. There is no DNS where it runs, so its answer
 * stands in the job.
 *
 * @throws CheckFailure when Prometheus cannot read the settings
 */
export const discovered = (step: StepUnderTest) =>
  step.once('discovered targets', async () => {
    const { containerPath, file } = readSettings(step, 'prometheus');
    const found = Object.entries(JOBS).flatMap(([id, find]) => {
      const job = find(step);
      return job ? [{ id, job, path: `/tmp/${id}.yaml` }] : [];
    });
    const files = Object.fromEntries(found.map(({ job, path }) => [path, settingsOf(job)]));
    const asking = found.map(
      ({ id, path, job }) => `{ ${discovering(path, job.name)}; } > /tmp/${id} 2> /dev/null &`,
    );
    const showing = found.map(({ id }) => `cat /tmp/${id}; echo; echo "end of part"`);
    const script = [
      ...asking,
      `promtool check config --syntax-only ${containerPath}; echo "end of part"`,
      ...['wait', ...showing],
    ];
    const report = await toolShell(step, 'prometheus', script.join('\n'), files);
    const [config = '', ...parts] = report.split(/^end of part$/m);
    const service = step.compose().service('prometheus');
    expectLoads(config, () => ({ where: placeNamed(step.files, service, config) ?? file.path }));
    /** One that relabelling drops has no labels left. */
    const read = (part = '') =>
      (JSON.parse(part.slice(part.indexOf('['))) as { labels: Target }[])
        .map(({ labels }) => labels ?? {})
        .filter((labels) => labels.__address__);
    return Object.fromEntries(found.map(({ id }, index) => [id, read(parts[index])])) as Partial<
      Record<keyof typeof JOBS, Target[]>
    >;
  });

/**
 * @param said by promtool about settings
 * @param placeOf where its message is about, and perhaps a better hint than the usual one
 * @throws CheckFailure with its message when it cannot load them
 */
export function expectLoads(
  said: string,
  placeOf: (message: string) => { where: string; hint?: string },
): void {
  if (/SUCCESS/.test(said)) return;
  const message = said.match(/FAILED:\s*(.*)/s)?.[1]?.trim() ?? said.trim();
  fail({
    expected: 'settings that Prometheus can load',
    actual: message.replace(/^parsing YAML file \S+: /, '').slice(0, 300),
    hint: 'Prometheus keeps its old settings when it cannot read the new ones, and says so only in its log.',
    ...placeOf(message),
  });
}

/** Settings with nothing but the job, which has the answers of DNS in place of its questions. */
function settingsOf({ value }: Job): string {
  const { dns_sd_configs: asked, static_configs: own, ...rest } = value;
  const answers = asList(asked).flatMap((one) =>
    isRecord(one)
      ? asList(one.names).map((name) => ({
          targets: ADDRESSES.map((address) => `${address}:${one.port}`),
          labels: { __meta_dns_name: String(name) },
        }))
      : [],
  );
  const job = { ...rest, static_configs: [...asList(own), ...answers] };
  return stringify({ scrape_configs: [job] });
}
