import {
  alertRule,
  alertRules,
  dashboardPaths,
  readDashboards,
} from '../../verify/expect/index.ts';
import { expectUnitTests } from '../../verify/expect/play/index.ts';
import {
  expectThat,
  fail,
  readSettings,
  ruleFiles,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { dashboards } from '../03-grafana/dashboards.ts';
import { panels } from '../03-grafana/panels.ts';
import { expectLabelAndTexts } from '../04-alertmanager/rules.ts';
import { scrapeJobs, writtenTargets } from '../09-discovery/scrape-jobs.ts';
import { PAIRS, STORE, servicesCalled, WATCHERS } from './pairs.ts';

/** The alerts about watchers that still answer, with their severities. InstanceDown is about all others. */
const ALERTS = { ReloadFailed: 'warning', ClusterSplit: 'critical', StoreBehind: 'critical' };

/** Service → the job for which the rules that are given ask. */
const JOBS: Record<string, string> = {
  ...Object.fromEntries(PAIRS.alertmanager.map((name) => [name, PAIRS.alertmanager[0]])),
  [STORE]: STORE,
};

/** Every server that watches is watched by another one. */
export const watching: Check[] = [
  ...defineTopic({ kind: 'static' }, [
    {
      id: 'watchers.scraped',
      title: 'Each Prometheus watches both Prometheus, both Alertmanagers and the store',
      task: 7,
      needs: ['prometheus.settings'],
      run: expectWatched,
    },
    {
      id: 'watchers.rules',
      title: 'Alerts say when a watcher falls over, and when it only seems to work',
      needs: ['prometheus.settings'],
      run(step) {
        for (const name of ['InstanceDown', 'Watchdog', ...Object.keys(ALERTS)])
          expectLoaded(step, name);
        for (const [name, severity] of Object.entries(ALERTS))
          expectLabelAndTexts(alertRule(step, name), name, severity);
      },
    },
    {
      id: 'watchers.dashboard',
      title: 'Grafana can read every dashboard, and one is about the watchers',
      needs: ['prometheus.settings'],
      async run(step) {
        await expectReadable(step);
        const isAbout = (text: string) =>
          /alertmanager_.*prometheus_|prometheus_.*alertmanager_/s.test(text);
        const asked = readDashboards(step).map(({ panels }) =>
          panels.flatMap(({ queries }) => queries.map(({ expression }) => expression)).join(' '),
        );
        expectThat(asked.some(isAbout), {
          expected: 'a dashboard with the numbers of Prometheus and of Alertmanager',
          actual: dashboardPaths(step),
          where: 'grafana/dashboards/monitoring.json (missing)',
          hint: 'Whoever looks for the reason of a silence needs all that watch on one page.',
        });
      },
    },
  ]),
  {
    id: 'watchers.tests',
    title: 'The rules about the watchers pass their unit tests',
    kind: 'tool',
    needs: ['watchers.rules'],
    concurrent: true,
    run: (step) => expectUnitTests(step, [], 'prometheus/monitoring-rules.test.yaml'),
  },
];

/** As in step 3. It takes a second, and most answers of the proof have the same dashboards. @throws CheckFailure */
function expectReadable(step: StepUnderTest): Promise<void> {
  const { file } = readSettings(step, 'prometheus');
  const seen = [
    step.files.all('grafana').map((path) => [path, step.files.readable(path)]),
    step.compose().file.get(['services', 'grafana']),
    file.get(['global']),
  ];
  return step.shared(`readable dashboards ${JSON.stringify(seen)}`, async () => {
    for (const { run } of [...dashboards, ...panels]) await run(step);
  });
}

/** @throws CheckFailure when the rule stands in a file that Prometheus does not load */
function expectLoaded(step: StepUnderTest, alert: string): void {
  const loaded = ruleFiles(step).map(({ path }) => path);
  const elsewhere = step.files
    .all('prometheus')
    .find(
      (path) =>
        !loaded.includes(path) &&
        new RegExp(`^ *- alert: ${alert}$`, 'm').test(step.files.text(path)),
    );
  if (!elsewhere || alertRules(step).some(({ name }) => name === alert)) return;
  fail({
    expected: `${elsewhere}, which holds ${alert}, below rule_files:`,
    actual: loaded.join(', '),
    where: readSettings(step, 'prometheus').file.where(['rule_files']),
    hint: 'Prometheus reads only the rule files that its settings list.',
  });
}

function expectWatched(step: StepUnderTest): void {
  const { file } = readSettings(step, 'prometheus');
  alertRules(step);
  const jobs = scrapeJobs(step);
  const written = jobs.flatMap((job) =>
    job.get('metrics_path') === '/probe' ? [] : writtenTargets(job),
  );
  const own = written.find(({ target }) => /^(localhost|127\.|\[::1\])/.test(target));
  expectThat(!own, {
    expected: 'the name of a service, which means the same for both Prometheus',
    actual: `${own?.target}`,
    where: own?.where ?? '',
    hint: 'localhost is another one for each of the two. Nobody else watches it then, and in the store the numbers of both take turns in one series.',
  });
  const found = [
    ...written.map(({ target }) => target),
    ...jobs.flatMap(({ value }) =>
      [value.dns_sd_configs ?? []].flat().flatMap((it) => {
        const { names = [], port } = Object(it);
        return [names].flat().map((name) => `${name}:${port}`);
      }),
    ),
  ];
  const reached = found.flatMap((target) => {
    const [host = '', port] = target.split(':');
    return servicesCalled(step, host).map((name) => `${name}:${port}`);
  });
  const missing = WATCHERS.map(([name, port]) => `${name}:${port}`).filter(
    (it) => !reached.includes(it),
  );
  expectThat(missing.length === 0, {
    expected: `jobs that scrape ${WATCHERS.map(([name, port]) => `${name}:${port}`).join(', ')}`,
    actual: `no target ${missing.join(', ')}`,
    where: file.where(['scrape_configs']),
    hint: 'Who watches the watchers? Each other. InstanceDown tells of every target that does not answer, so a server that is no target may be gone for weeks.',
  });
  const asked = alertRules(step).map(({ get }) => String(get('expr')));
  const strayed = jobs
    .flatMap((job) => writtenTargets(job).map((it) => ({ ...it, job: job.name })))
    .map((it) => ({ ...it, wanted: JOBS[it.target.split(':')[0] ?? ''] }))
    .find(
      ({ job, wanted }) =>
        wanted && job !== wanted && asked.some((expr) => expr.includes(`job="${wanted}"`)),
    );
  expectThat(!strayed, {
    expected: `${strayed?.target} in a job called ${strayed?.wanted}`,
    actual: `job_name: ${strayed?.job}`,
    where: strayed?.where ?? '',
    hint: `Rules in monitoring-rules.yaml ask for job="${strayed?.wanted}". Where no series has this label, they find nothing, and never fire.`,
  });
}
