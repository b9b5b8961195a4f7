import { parseMetrics } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { MAIN, type ReportRun, reportRuns } from './report-program.ts';

export const LAST_SUCCESS = 'report_last_success_timestamp_seconds';
const DURATION = 'report_duration_seconds';

/** What the report pushes, seen by a Pushgateway that writes down what it gets. */
export const report: Check[] = defineTopic({ kind: 'local', task: 4 }, [
  {
    id: 'report.success',
    title: 'A report that succeeds pushes how long it took, and that it succeeded now',
    concurrent: true,
    run: expectSuccess,
  },
  {
    id: 'report.group',
    title: 'Every run pushes to the same group',
    needs: ['report.success'],
    async run(step) {
      const { good } = await reportRuns(step);
      const [path = ''] = good.pushes.map(({ path }) => path);
      expectThat(/^\/metrics\/job\/report\/?$/.test(path), {
        expected: '/metrics/job/report',
        actual: path,
        where: whereOfPush(step),
        hint: 'The path is the grouping key. Each key is a group that the Pushgateway keeps until somebody deletes it, so with a name of a container or a time in it every run leaves one behind, and the oldest is overdue for ever.',
      });
    },
  },
  {
    id: 'report.failure',
    title: 'A report that fails leaves the last success as it was',
    needs: ['report.success'],
    run: expectFailure,
  },
]);

const whereOfPush = ({ files }: StepUnderTest): string =>
  files.find(MAIN, /TODO: push how|\.push(Add)?\(|new Pushgateway\(|method: ["']P/);

const pushedValue = ({ pushes }: ReportRun, name: string): number | undefined =>
  pushes.flatMap(({ body }) => parseMetrics(body)).find((sample) => sample.name === name)?.value;

async function expectSuccess(step: StepUnderTest): Promise<void> {
  const { good } = await reportRuns(step);
  const [line = ''] = good.output.split('\n').filter((text) => /Error|cannot/.test(text));
  expectThat(good.pushes.length > 0, {
    expected: 'a push to the address in gateway',
    actual: line ? `none, and it says: ${line.trim()}` : 'none',
    where: whereOfPush(step),
    hint: 'gateway holds the address. new Pushgateway(gateway, {}, registry) of prom-client pushes what the registry holds, when its pushAdd is called and awaited.',
  });
  expectEnd(good, 'when it has pushed');
  const seconds = pushedValue(good, LAST_SUCCESS);
  const now = good.endedAt;
  expectThat(seconds !== undefined && Math.abs(seconds - now) < 600 && good.exitCode === 0, {
    expected: `${LAST_SUCCESS} with the time of now, in seconds since 1970, and exit code 0`,
    actual:
      seconds === undefined
        ? `no ${LAST_SUCCESS} in what was pushed`
        : `${Math.abs(seconds / now - 1_000) < 10 ? 'milliseconds' : seconds}, and exit code ${good.exitCode}`,
    where: step.files.find(MAIN, new RegExp(LAST_SUCCESS)),
    hint:
      seconds === undefined
        ? 'A Pushgateway pushes the registry that it is given, and a gauge is in it by registers: [registry].'
        : 'A time is pushed in seconds, as its name says. setToCurrentTime() of a gauge does that; Date.now() is in milliseconds, and would be far in the future.',
  });
  const took = pushedValue(good, DURATION);
  expectThat(took !== undefined && took > 0 && took < 20, {
    expected: `${DURATION} with the seconds that it took`,
    actual: took === undefined ? `no ${DURATION} in what was pushed` : `${took}`,
    where: step.files.find(MAIN, new RegExp(DURATION)),
    hint: 'A gauge shows what it was set to. A job that takes longer every day is a failure that can be seen coming.',
  });
}

/** @param when of the sentence "a program that ends …" @throws CheckFailure when it was killed */
function expectEnd({ killed }: ReportRun, when: string): void {
  expectThat(!killed, {
    expected: `a program that ends ${when}`,
    actual: 'it does not end',
    where: MAIN,
    hint: 'Node.js ends when nothing is left to wait for: a timer that goes on, or a server that listens, keeps it alive. A batch job runs, pushes and ends.',
  });
}

async function expectFailure(step: StepUnderTest): Promise<void> {
  const { bad } = await reportRuns(step);
  expectEnd(bad, 'when Prometheus does not answer, too');
  expectThat(bad.exitCode === 1, {
    expected: 'exit code 1 when the report fails',
    actual: `exit code ${bad.exitCode}`,
    where: step.files.find(MAIN, /exitCode/),
    hint: 'Whoever starts a job, cron or a person, learns from the exit code how it went.',
  });
  const success = pushedValue(bad, LAST_SUCCESS);
  expectThat(success === undefined, {
    expected: `no ${LAST_SUCCESS} in what a failed run pushes`,
    actual: success === 0 ? `${LAST_SUCCESS} 0` : 'the time of the failure',
    where: step.files.find(MAIN, new RegExp(LAST_SUCCESS)),
    hint: 'A registry pushes every gauge that it holds, and one that was never set is 0, which is 1970. Make the gauge only after a success.',
  });
  const replacing = bad.pushes.find(({ method }) => method !== 'POST');
  expectThat(!replacing, {
    expected: 'POST, which pushAdd sends',
    actual: `${replacing?.method} without ${LAST_SUCCESS}: the Pushgateway forgets the last success`,
    where: whereOfPush(step),
    hint: 'PUT, which push sends, replaces all metrics of the group. POST replaces only those of the same name.',
  });
}
