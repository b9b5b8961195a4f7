import { isBuildFailure, refuseBuild } from '../../verify/expect/program/index.ts';
import { CheckSkipped, expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { explainError, failByAnswer } from '../01-app/explain.ts';
import { APP, findFirst, METRICS, sourcesOf } from '../01-app/paths.ts';
import { countRequests } from '../01-app/request-counter.ts';
import { AppEnded, NoResponse } from './app-process.ts';
import { REFUSED, readAppRun } from './app-run.ts';
import { findInApp } from './series.ts';

/** The packages that keep metrics for Node.js. Each has a registry of its own. */
const CLIENT = /from\s+['"](prom-client|@prometheus-io\/client)['"]/;

export const libraries: Check[] = defineTopic({ kind: 'static', task: 1 }, [
  {
    id: 'app.one-client',
    title: 'The app uses one client library of Prometheus',
    run(step) {
      const used = new Map<string, string>();
      // What the step brings, first: the other one is the learner's.
      for (const path of [METRICS, ...sourcesOf(step.files)]) {
        if (!step.files.exists(path)) continue;
        const [, name] = step.files.text(path).match(CLIENT) ?? [];
        if (name && !used.has(name)) used.set(name, step.files.find(path, CLIENT));
      }
      const [[first] = [], [second, where = ''] = []] = [...used];
      expectThat(second === undefined, {
        expected: 'all metrics from the same package',
        actual: `${first} and ${second}`,
        where,
        hint: 'Each package keeps a registry of its own, and GET /metrics prints one of them. What is in the other is missing there, and nothing says so.',
      });
    },
  },
]);

/** The app as a whole: one process of it on this machine is asked for everything, and all checks look at what it said. */
export const app: Check[] = defineTopic({ kind: 'local', needs: ['app.answers'] }, [
  {
    id: 'app.starts',
    title: 'The app starts, and keeps running whatever it is asked',
    needs: ['app.one-client'],
    run: async (step) => void (await readAppRun(step).catch((error) => refuse(step, error))),
  },
  {
    id: 'app.answers',
    title: 'GET / still answers {"status":"ok"}, each time',
    needs: ['app.starts'],
    async run(step) {
      const { root, stderr } = await readAppRun(step);
      const wrong = root.find(({ status, body }) => status !== 200 || !/"ok"/.test(body));
      if (!wrong) return;
      const otherwise = {
        where: step.files.find(APP, /\.get\(['"`]\/['"`]/),
        hint: 'The lesson starts with this route; give it back what it had.',
      };
      const answer = { ...wrong, location: null };
      await failByAnswer(step, answer, '200 {"status":"ok"}', otherwise, stderr);
    },
  },
  {
    id: 'work.answers',
    title: 'GET /work takes as long as it is told, and refuses what it does not do',
    async run(step) {
      const { work, none, refused } = await readAppRun(step);
      const where = step.files.find(APP, /['"`]\/work['"`]/);
      expectThat(work.status === 200 && work.ms >= 29, {
        expected: 'GET /work?ms=30: 200, after 30 ms',
        actual: `${work.status}${work.status === 200 ? ', sooner' : ''}`,
        where,
        hint: 'This route comes with the step, so that known traffic takes a known time; give it back what it had.',
      });
      expectThat(none.status === 200, {
        expected: 'GET /work?ms=0: 200',
        actual: `${none.status}`,
        where,
        hint: '0 is a whole number, too. As a number it counts as false, so !ms refuses it.',
      });
      const taken = refused.findIndex(({ status }) => status !== 400);
      expectThat(taken < 0, {
        expected: `GET ${REFUSED[taken]}: 400`,
        actual: `${refused[taken]?.status}`,
        where,
        hint: 'A whole number from 0 to 5000, and nothing else. A service that does what anybody asks can be kept busy by anybody.',
      });
    },
  },
  {
    id: 'counter.still-counts',
    title: 'http_requests_total still counts each answered request',
    async run(step) {
      const { fresh, counted } = await readAppRun(step);
      const sent = [
        [{ method: 'GET', route: '/', status_code: '200' }, 2],
        [{ method: 'GET', route: '/fail', status_code: '500' }, 1],
      ] as const;
      for (const [labels, wanted] of sent) {
        const grown = countRequests(counted, labels) - countRequests(fresh, labels);
        expectThat(grown === wanted, {
          expected: `${wanted} more in http_requests_total{route="${labels.route}",status_code="${labels.status_code}"}`,
          actual: `${grown} more`,
          where: findFirst(step.files, sourcesOf(step.files), /http_requests_total/) ?? METRICS,
          hint: 'Dashboards and alerts of the steps before ask for the counter. The histogram counts too, under another name, and stands beside it.',
        });
      }
    },
  },
]);

/** @throws CheckFailure that says why the app does not run; CheckSkipped where a package of it is only in its image */
function refuse(step: StepUnderTest, error: unknown): never {
  if (isBuildFailure(error)) {
    const [, name] = error.errors[0]?.text.match(/^Could not find the package "(.*)"$/) ?? [];
    if (name && isInstalled(step, name)) throw new CheckSkipped('app-package', { name });
    const hint = name
      ? `app/package.json does not name ${name}, so the image will not have it either: npm install ${name} in the folder app.`
      : 'Nothing can be measured before the app starts.';
    refuseBuild(error, 'app/main.ts', hint);
  }
  if (error instanceof NoResponse)
    return fail({
      expected: `a response to GET ${error.path}`,
      actual: 'no response',
      where: findInApp(step.files, /: RequestHandler = /),
      hint: 'Express waits until some handler has responded. A middleware that does not respond hands the request on with next().',
    });
  if (!(error instanceof AppEnded)) throw error;
  const lines = error.stderr.split('\n');
  const message = lines.findLast((line) => /^\w*Error\b.*:/.test(line));
  const [, place] = error.stderr.match(/[\\/](app[\\/][\w.-]+\.ts:\d+)/) ?? [];
  return fail({
    expected: 'an app that starts, and keeps running whatever it is asked',
    actual: `it ended${message ? `: ${message.slice(0, 300)}` : ''}`,
    where: place ?? findInApp(step.files, /new \w+\(/),
    hint: 'An error that nobody catches ends the whole process. Express catches those of its handlers, not those of event listeners.',
    ...explainError(step, message ?? ''),
  });
}

/** Is it a package that the image of the app gets? */
function isInstalled({ files }: StepUnderTest, name: string): boolean {
  const { dependencies = {} } = files.json('app/package.json') as { dependencies?: object };
  return name in dependencies;
}
