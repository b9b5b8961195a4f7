import { stringify } from 'yaml';
import {
  type Alert,
  discovering,
  expectTogether,
  type Labels,
  labelsOf,
  shell,
  TARGET_ADDRESS,
  TARGET_RELABELLING,
  waitOrLook,
  writing,
} from '../../verify/expect/index.ts';
import {
  entryPlaces,
  expectList,
  expectThat,
  readSettings,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { type Gap, lastError } from './receiver.ts';
import { ALERTS, listOf } from './settings.ts';

const ALERTMANAGERS = ['alerting', 'alertmanagers'];

/** Prometheus's settings name Alertmanager. */
export const alerting = defineTopic({ kind: 'static', task: 5, needs: ['prometheus.settings'] }, [
  {
    id: 'prometheus.alerting',
    title: 'Prometheus is told where Alertmanager is',
    run(step) {
      for (const other of ['prometheus', 'inbox'])
        expectTogether(step.compose(), 'alertmanager', other);
      const { file } = readSettings(step, 'prometheus');
      const entries = listOf(file.get(ALERTMANAGERS));
      const index = Math.max(
        0,
        entries.findIndex((it) => it?.static_configs),
      );
      const inner = [...ALERTMANAGERS, index, 'static_configs'];
      for (const place of [ALERTMANAGERS, inner, [...inner, 0, 'targets']]) expectList(file, place);
      const targets = entries
        .flatMap((it) => listOf(it?.static_configs))
        .flatMap((it) => listOf(it?.targets));
      const keys = entries.flatMap((it) => Object.keys(it ?? {}));
      const isDiscovered = keys.some((key) => key.endsWith('_sd_configs'));
      expectThat(isDiscovered || targets.includes('alertmanager:9093'), {
        expected: 'alertmanager:9093 below alerting: alertmanagers: static_configs: targets:',
        actual: targets.length ? targets.join(', ') : 'no target',
        where: file.where([...inner, 0, 'targets', 0]),
        hint: targets.some((it) => String(it).includes('//'))
          ? 'A target is only HOST:PORT. http:// is added, and scheme: changes it.'
          : 'Prometheus decides that an alert fires, Alertmanager who is told. It is reached by the name of its service and the port inside its container.',
      });
    },
  },
]);

/** What the running Prometheus has found, collects, and hands on. */
export const found = defineTopic({ kind: 'live', task: 5 }, [
  {
    id: 'prometheus.alertmanager-found',
    title: 'Prometheus has found Alertmanager',
    asks: ['prometheus', 'alertmanager'],
    async run(step) {
      const find = () => findAlertmanagers(step);
      const urls = await waitOrLook(5, 'Alertmanager', find, (it) => it.length > 0);
      const isRight = urls.some((url) => /:9093\/api\/v2\/alerts$/.test(url));
      const { file } = readSettings(step, 'prometheus');
      expectThat(isRight, {
        expected: 'an Alertmanager at port 9093, with the path /api/v2/alerts',
        actual: urls.join(', ').replaceAll(/\d+\.\d+\.\d+\.\d+/g, '(address)') || 'none',
        where: whereOf(file, ALERTMANAGERS, ['path_prefix', 'relabel_configs']),
        hint: urls.some((url) => /:9093\/.+\/api/.test(url))
          ? 'path_prefix stands before /api/v2/alerts. Alertmanager has its pages there only if it is told so, too.'
          : 'Status > Service discovery in Prometheus lists what it has found. A service discovered through DNS needs type: A and a port.',
      });
    },
  },
  {
    id: 'prometheus.requests',
    title: 'Prometheus collects the requests that the rule counts',
    run: expectRequests,
  },
  {
    id: 'prometheus.alert-labels',
    title: 'Both alerts keep their labels on the way to Alertmanager',
    asks: ['prometheus'],
    run: expectLabelsKept,
  },
]);

/** The line of the first of these keys that an entry of a list has; else of the list. */
function whereOf(file: YamlFile, list: YamlPath, keys: string[]): string {
  const places = entryPlaces(file, list).flatMap((entry) => keys.map((key) => [...entry, key]));
  return file.where(places.find((place) => file.get(place) !== undefined) ?? list);
}

/** The addresses at which Prometheus delivers alerts. */
async function findAlertmanagers({ stack }: StepUnderTest): Promise<string[]> {
  const response = await fetch(`${await stack.url('prometheus')}/api/v1/alertmanagers`);
  const { data } = (await response.json()) as { data: { activeAlertmanagers: { url: string }[] } };
  return data.activeAlertmanagers.map(({ url }) => url);
}

/** Prometheus collects every 5 seconds, and a busy machine is late. */
const COLLECTED_WITHIN = 10;

/** Settings of a scrape job by which samples get lost. */
const LOSING = ['metric_relabel_configs', 'relabel_configs', 'sample_limit', 'body_size_limit'];

async function expectRequests(step: StepUnderTest): Promise<void> {
  const { app, prometheus } = step.stack;
  // Before the first request there is no such series.
  await app.text('/').catch(() => {});
  const look = () => prometheus.query('http_requests_total{job="web"}');
  const series = await waitOrLook(COLLECTED_WITHIN, 'it', look, (it) => it.length > 0);
  const target = (await prometheus.targets()).find(({ labels }) => labels.job === 'web');
  expectThat(series.length > 0, {
    expected: 'a series http_requests_total of the job web',
    actual: target?.lastError || 'no such series, though the app has had a request',
    where: whereOf(readSettings(step, 'prometheus').file, ['scrape_configs'], LOSING),
    hint: 'What metric_relabel_configs or a limit drops is never stored, and a rule that finds no series is silent for ever. Ask for http_requests_total at http://localhost:9090.',
  });
}

/** Sends both alerts through Prometheus's own relabelling, as if they were targets. */
async function expectLabelsKept(step: StepUnderTest): Promise<void> {
  const { file } = readSettings(step, 'prometheus');
  const holders = [['alerting'], ...entryPlaces(file, ALERTMANAGERS)];
  const rules = holders.flatMap((place) => entryPlaces(file, [...place, 'alert_relabel_configs']));
  if (rules.length === 0) return;
  // With the first rule, with the first two, and so on: the first time that something is lost names the rule.
  const cases = rules.flatMap((place, index) =>
    ALERTS.map((alert) => ({ place, alert, labels: labelsOf(step, alert), index })),
  );
  const jobs = cases.map(({ labels, index }, job) => ({
    job_name: `${job}`,
    static_configs: [{ targets: [TARGET_ADDRESS], labels }],
    relabel_configs: [
      ...rules.slice(0, index + 1).map((place) => file.get(place)),
      ...TARGET_RELABELLING,
    ],
  }));
  const config = '/tmp/verify.yaml';
  const report = await shell(
    step,
    `${writing({ [config]: stringify({ scrape_configs: jobs }) })}
    for job in ${[...cases.keys()].join(' ')}; do ${discovering(config, '$job')}; echo; done`,
  );
  for (const [index, text] of report.split(/^(?=\[)/m).entries()) {
    const { alert, labels, place } = cases[index] ?? {};
    const [{ labels: kept = {} } = {}] = JSON.parse(text) as { labels?: Labels }[];
    const lost = Object.keys({ alertname: 0, severity: 0, job: 0, instance: 0 }).find((label) =>
      ['alertname', 'severity'].includes(label)
        ? kept[label] !== labels?.[label]
        : [undefined, '', TARGET_ADDRESS].includes(kept[label]),
    );
    expectThat(!lost, {
      expected: `${alert?.name} at Alertmanager, with alertname, severity, job and instance`,
      actual: !kept.__address__
        ? 'it is dropped'
        : `${lost} is ${`${kept[lost ?? ''] ?? ''}`.replace(TARGET_ADDRESS, '') || 'gone'}`,
      where: file.where(place ?? []),
      hint: 'alert_relabel_configs work on alerts on their way to Alertmanager. drop and keep end some of them, and what labeldrop takes away no route can ask for.',
    });
  }
}

/** The alert has not reached Alertmanager. */
export async function findGapBefore(step: StepUnderTest, { name }: Alert): Promise<Gap> {
  const { file } = readSettings(step, 'prometheus');
  const raised = await step.stack.prometheus.alerts();
  if (!raised.some(({ state, labels }) => state === 'firing' && labels.alertname === name)) {
    return {
      actual: 'no such alert fires',
      where: file.where(['rule_files']),
      hint: 'http://localhost:9090/alerts shows whether Prometheus has loaded the rule, and what state the alert is in.',
    };
  }
  const error = lastError(await step.stack.logs('prometheus'), /Error sending alert/);
  return {
    actual: `it fires in Prometheus, and does not reach Alertmanager${error ? `: ${error}` : ''}`,
    where: whereOf(file, ALERTMANAGERS, ['scheme', 'timeout', 'proxy_url', 'static_configs']),
    hint: 'Prometheus posts alerts as its settings say: scheme, host, port, timeout. Its log names each delivery that fails.',
  };
}
