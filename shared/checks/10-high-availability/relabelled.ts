import { stringify } from 'yaml';
import { discovering, TARGET_ADDRESS, TARGET_RELABELLING } from '../../verify/expect/index.ts';
import { toolShell } from '../../verify/expect/play/index.ts';
import { asList, type StepUnderTest, type YamlPath } from '../../verify/files/index.ts';
import { expectLoads } from '../09-discovery/discovered.ts';
import { externalLabels, type Twin, twins } from './pairs.ts';

type Labels = Record<string, string>;
export type Way = 'alerting' | 'remote_write';

/** What leaves both Prometheus: alerts for Alertmanager, and samples for the store. */
const LEAVING: Record<Way, Labels[]> = {
  alerting: [
    { alertname: 'Watchdog', severity: 'none' },
    { alertname: 'TooManyErrors', severity: 'critical', job: 'web', instance: 'app@172.30.0.3' },
  ],
  remote_write: [
    { __name__: 'up', job: 'web', instance: 'app@172.30.0.3' },
    { __name__: 'http_requests_total', job: 'web', instance: 'app@172.30.0.3', route: '/' },
    { __name__: 'prometheus_tsdb_head_series', job: 'prometheus', instance: 'prometheus-2:9090' },
  ],
};

/** One alert, or one series, as both send it. */
export interface Sent {
  way: Way;
  labels: Labels;
  /** As it leaves the first and the second; undefined where it is dropped. */
  first: Labels | undefined;
  second: Labels | undefined;
}

/** Where relabelling of each kind stands. */
const RULES: Record<Way, [YamlPath, ...YamlPath[]]> = {
  alerting: [
    ['alerting', 'alert_relabel_configs'],
    ['alerting', 'alertmanagers', 0, 'alert_relabel_configs'],
  ],
  remote_write: [['remote_write', 0, 'write_relabel_configs']],
};

/** The line of the first relabelling of a kind, or of what it belongs to. */
export function whereRelabelled({ file }: Twin, way: Way): string {
  return file.where(RULES[way].find((place) => file.get(place) !== undefined) ?? RULES[way][0]);
}

/** The jobs of the targets that stand for them, and a number. */
const JOB = 'verify-job-';
/** promtool drops labels that begin with underscores, the name of a metric too. */
const NAME = 'metric_name';
const KEEP_NAME = { source_labels: ['__name__'], target_label: NAME };

/** The place that promtool's message about settings is about. */
function placeIn(step: StepUnderTest, { file }: Twin, message: string) {
  const [, line] = message.match(/\bline (\d+):/) ?? [];
  if (line) return { where: `${file.path}:${line}` };
  // It says neither where nor which one.
  const [, action] = message.match(/(\w+) action requires only 'regex'/) ?? [];
  const places = Object.values(RULES).flatMap((all) =>
    all.flatMap((place) =>
      asList(file.get(place)).flatMap((rule, index) => {
        const { action: own, ...others } = Object(rule);
        const key = Object.keys(others).find((it) => it !== 'regex');
        return own === action && key ? [file.where([...place, index, key])] : [];
      }),
    ),
  );
  if (action && places[0])
    return {
      where: places[0],
      hint: `${action} compares the names of all labels with regex, and never their values. It takes nothing else.`,
    };
  const [, word] = message.match(/"([\w.-]+)"/) ?? [];
  return { where: word ? step.files.find(file.path, new RegExp(word)) : file.path };
}

/**
 * Sends alerts and samples through the relabelling of both Prometheus, as if they were targets: promtool has no other way
 * to ask. And asks whether both can load their settings.
 *
 * @throws CheckFailure when one cannot
 */
export const relabelled = (step: StepUnderTest) =>
  step.once('relabelled', async (): Promise<Sent[]> => {
    const both = twins(step, 'prometheus');
    const cases = (Object.keys(LEAVING) as Way[]).flatMap((way) =>
      LEAVING[way].flatMap((labels) => both.map((twin) => ({ way, labels, twin }))),
    );
    const jobs = cases.map(({ way, labels, twin }, index) => ({
      job_name: `${JOB}${index}`,
      static_configs: [
        { targets: [TARGET_ADDRESS], labels: { ...externalLabels(twin), ...labels } },
      ],
      relabel_configs: [
        ...RULES[way].flatMap((place) => asList(twin.file.get(place))),
        ...[KEEP_NAME, ...TARGET_RELABELLING],
      ],
    }));
    const script = [
      ...both.map(
        (_, index) =>
          `promtool check config --syntax-only /tmp/settings-${index}.yaml; echo "end of part"`,
      ),
      ...jobs.map(
        ({ job_name: job }) => `{ ${discovering('/tmp/jobs.yaml', job)}; } > /tmp/${job} 2>&1 &`,
      ),
      'wait',
      ...jobs.map(({ job_name: job }) => `cat /tmp/${job}; echo; echo "end of part"`),
    ];
    const report = await toolShell(step, 'prometheus', script.join('\n'), {
      '/tmp/jobs.yaml': stringify({ scrape_configs: jobs }),
      ...Object.fromEntries(
        both.map(({ file }, index) => [`/tmp/settings-${index}.yaml`, step.files.text(file.path)]),
      ),
    });
    const parts = report.split(/^end of part$/m);
    for (const [index, twin] of both.entries())
      expectLoads(parts[index] ?? '', (message) => placeIn(step, twin, message));
    const read = (text = ''): Labels | undefined => {
      const [found] = JSON.parse(text.slice(text.indexOf('['))) as { labels?: Labels }[];
      const { [NAME]: name, ...labels } = found?.labels ?? {};
      if (!labels.__address__) return undefined;
      const own = Object.entries(labels).filter(
        ([key, value]) =>
          !key.startsWith('__') && value !== TARGET_ADDRESS && !value.startsWith(JOB),
      );
      return { ...Object.fromEntries(own), ...(name && { __name__: name }) };
    };
    return cases.flatMap(({ way, labels }, index) =>
      index % 2
        ? []
        : { way, labels, first: read(parts[index + 2]), second: read(parts[index + 3]) },
    );
  });
