import { shell, waitOrLook } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { MARGIN, onlyValue } from './incident.ts';
import { LAST_SUCCESS } from './report.ts';

const SERIES = `${LAST_SUCCESS}{job="report"}`;

/** Runs the report as a person would. @returns what it printed, and whether it ended well */
const runReport = async ({ stack }: StepUnderTest, ...args: string[]) =>
  stack.compose('run', '--rm', '--no-deps', '-T', 'report', ...args).then(
    (output) => ({ ok: true, output }),
    (error: Error) => ({ ok: false, output: error.message }),
  );

/** It succeeds; then it fails; then nobody has run it for two days. @throws CheckFailure */
export async function expectReport(step: StepUnderTest): Promise<void> {
  const { scrapeInterval, evaluationInterval } = await step.stack.alert('ReportOverdue').timing();
  const within = scrapeInterval + evaluationInterval + MARGIN;
  const startedAt = await step.stack.prometheus.now();
  const run = await runReport(step);
  const service = step.compose().service('report');
  expectThat(run.ok, {
    expected: 'docker compose run --rm report to end with exit code 0',
    actual: run.output.split(' failed: ').at(-1)?.trim().split('\n').at(-1) ?? '',
    where: service.where(),
    hint: 'In its container the Pushgateway is pushgateway:9091, and Prometheus is prometheus:9090; localhost is the container itself.',
  });
  const lastSuccess = () => onlyValue(step, SERIES);
  const isNew = (value = 0) => value >= Math.floor(startedAt);
  const success = await waitOrLook(within, SERIES, lastSuccess, isNew);
  expectThat(isNew(success), {
    expected: `${SERIES}, from now`,
    actual: success === undefined ? 'no such series, or more than one' : 'an older one',
    where: service.where(),
    hint: 'Look at http://localhost:9091, what was pushed, and then at http://localhost:9090, what became of it.',
  });
  const pushTime = () => onlyValue(step, 'push_time_seconds{job="report"}');
  // A machine that is busy may answer one scrape too late.
  const isThere = (value?: number) => value !== undefined;
  const pushedAt = (await waitOrLook(within, 'the first push', pushTime, isThere)) ?? 0;
  const failed = await runReport(step, 'http://nowhere:9090');
  // A report that pushes nothing after a failure is right too, so the end of this wait is none.
  await waitOrLook(2 * scrapeInterval, 'a second push', pushTime, (value = 0) => value > pushedAt);
  const left = await waitOrLook(within, SERIES, lastSuccess, isThere);
  expectThat(!failed.ok && left === success, {
    expected: 'a run that fails, and the last success to stay',
    actual: failed.ok ? 'the run did not fail' : 'it is another, or there is none any more',
    where: service.where(),
    hint: 'docker compose run --rm report http://nowhere:9090 fails, because there is no such Prometheus.',
  });
  await forget(step);
  const { state } = await waitOrLook(
    within,
    'ReportOverdue to fire',
    () => step.stack.alert('ReportOverdue').state(),
    ({ state }) => state === 'firing',
  );
  expectThat(state === 'firing', {
    expected: 'ReportOverdue firing, when the last success is two days old',
    actual: state,
    where: step.files.find('prometheus/discovery-rules.yaml', /alert: ReportOverdue/),
    hint: 'Ask for the expression at http://localhost:9090 while the Pushgateway holds an old success.',
  });
}

/** The last success becomes two days old, as if nobody had run the report since. */
async function forget(step: StepUnderTest): Promise<void> {
  const old = Math.floor((await step.stack.prometheus.now()) - 2 * 86_400);
  const post = `--post-data '${LAST_SUCCESS} ${old}\n'`;
  await shell(step, `wget -q -O - ${post} http://pushgateway:9091/metrics/job/report`);
}
