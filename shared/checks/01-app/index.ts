// What must be true of step 1. `npm run verify:step-1` runs these checks and reports; learners may read along.
import { get } from 'node:http';
import { addressHint, expectHealthcheck, type Sample } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineStep } from '../../verify/runner/index.ts';
import { appFolder, checkSources, dockerfileOf, publishedPort } from './app-source.ts';
import { askApp, scrapeApp, startAgain } from './ask-app.ts';
import { countOf, expectCounter, expectGrowth, growth, requestsOf } from './request-counter.ts';
import { runHealthcheckOnError } from './run-healthcheck.ts';

const METRICS = 'app/metrics.ts';
const APP = 'app/create-app.ts';
const MAIN = 'app/main.ts';

/** Prometheus 3 refuses a scrape with any other type. */
const CONTENT_TYPES = /^(text\/plain; ?version=(0\.0\.4|1\.0\.0)|application\/openmetrics-text)/;

/** Enough to tell the default metrics from one that somebody has made. */
const DEFAULT_METRICS = [
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'nodejs_heap_size_used_bytes',
];

/** Where so many new series come from, after 150 addresses like /WORD and 150 like /?WORD. */
const ORIGIN: Record<number, string> = {
  150: ': one for each of the 150 addresses like /WORD; the other 150 are like /?WORD',
  300: ': one for each address, 150 like /WORD and 150 like /?WORD',
};

const SLOW = { method: 'GET', route: '/slow', status_code: '200' };

export default defineStep({
  id: '01-app',
  title: 'A service that can be measured',
  services: ['app'],
  checks: [
    {
      id: 'compose.app',
      title: 'The compose file has a service app, built from a Dockerfile',
      kind: 'static',
      run(step) {
        const path = dockerfileOf(step);
        expectThat(/^\s*FROM\s/im.test(step.files.text(path)), {
          expected: 'a Dockerfile that begins with FROM',
          actual: 'no FROM',
          where: `${path}:1`,
          hint: 'FROM names the image that ours is built upon.',
        });
      },
    },
    {
      id: 'app.source',
      title: "The app's files are all there",
      kind: 'static',
      needs: ['compose.app'],
      run(step) {
        step.files.text(`${appFolder(step)}/main.ts`);
        checkSources(step);
      },
    },
    {
      id: 'compose.port',
      title: "The app's port 8080 is published",
      kind: 'static',
      task: 2,
      needs: ['compose.app'],
      run(step) {
        const { ports, where } = step.compose().service('app');
        if (ports.some(({ target }) => target === '8080')) return;
        fail({
          expected: 'a port that leads to 8080 in the container',
          actual: ports.map(({ target }) => `${target} in the container`).join(', ') || 'no ports',
          where: ports[0]?.where ?? where('ports'),
          hint: 'In "HOST:CONTAINER" the second number is the port that the app listens on in its container.',
        });
      },
    },
    {
      id: 'compose.loopback',
      title: 'The port is open to this machine only',
      kind: 'static',
      task: 2,
      needs: ['compose.port'],
      run(step) {
        const { text, where } = publishedPort(step);
        expectThat(/127\.0\.0\.1|::1/.test(text), {
          expected: 'the address 127.0.0.1 before the port',
          actual: text,
          where,
          hint: addressHint(text),
        });
      },
    },
    {
      id: 'compose.port-moves',
      title: 'APP_PORT moves the port on this machine',
      kind: 'static',
      task: 2,
      needs: ['compose.port'],
      run(step) {
        const { text, where } = publishedPort(step);
        expectThat(/\$\{APP_PORT:?-8080\}/.test(text), {
          expected: 'the variable APP_PORT on the side of this machine, 8080 when it is not set',
          actual: text,
          where,
          hint: 'Compose fills in variables. After :- comes the value that counts when the variable is not set.',
        });
      },
    },
    {
      id: 'compose.healthcheck',
      title: 'Docker asks /healthz whether the app works',
      kind: 'static',
      task: 3,
      needs: ['compose.app'],
      run(step) {
        const app = step.compose().service('app');
        expectHealthcheck(
          app,
          'Without a healthcheck a container counts as fine as soon as it has started, whatever it answers.',
        );
        const test = [app.get('healthcheck', 'test') ?? []].flat().join(' ');
        const where = app.where('healthcheck', 'test');
        const url = test.match(/https?:\/\/[^\s'"`);|&]+/)?.[0];
        expectThat(!url || /^http:\/\/[^/]+:8080\/healthz$/.test(url), {
          expected: 'the question http://127.0.0.1:8080/healthz',
          actual: url ?? '',
          where,
          hint: 'The question is asked inside the container, so with the port in there. A route of its own keeps it out of the traffic.',
        });
        const program = test.match(/\b(curl|wget)\b/)?.[1];
        expectThat(!program || step.files.text(dockerfileOf(step)).includes(program), {
          expected: 'a program that is in the image',
          actual: program ?? '',
          where,
          hint: 'The healthcheck runs inside the container. The slim image has Node.js, but neither curl nor wget.',
        });
      },
    },
    {
      id: 'docker.user',
      title: 'The image does not run as root',
      kind: 'static',
      task: 1,
      needs: ['compose.app'],
      run(step) {
        const app = step.compose().service('app');
        const path = dockerfileOf(step);
        const last = [...step.files.text(path).matchAll(/^\s*USER\s+(\S+)/gim)].at(-1)?.[1];
        const user = app.get('user') ?? last;
        // The last stage counts.
        const lines = step.files.text(path).split('\n');
        const pattern = last === undefined ? /^\s*FROM\s/i : /^\s*USER\s/i;
        const line = lines.findLastIndex((text) => pattern.test(text)) + 1;
        if (user !== undefined && !/^(root|0)(:|$)/.test(String(user))) return;
        fail({
          expected: 'a user other than root',
          actual: user === undefined ? 'no USER, so root' : String(user),
          where: app.get('user') === undefined ? `${path}:${line}` : app.where('user'),
          hint: 'A process that breaks out of its container has the rights it had inside. The image brings a plain user, called node.',
        });
      },
    },
    {
      id: 'app.answers',
      title: 'GET / answers {"status":"ok"}',
      kind: 'live',
      async run(step) {
        // Twice, because an error in a listener ends the app only after the first answer.
        for (const _ of ['first', 'second']) {
          const { status, body } = await askApp(step, '/');
          expectThat(status === 200 && body.replaceAll(/\s/g, '') === '{"status":"ok"}', {
            expected: '200 {"status":"ok"}',
            actual: `${status} ${body.slice(0, 100)}`,
            where: step.files.find(APP, /app\.get\(['"`]\/['"`]/),
            hint: 'The lesson starts with this route; give it back what it had.',
          });
        }
      },
    },
    {
      id: 'metrics.page',
      title: 'GET /metrics answers with the metrics of the registry',
      kind: 'live',
      task: 5,
      needs: ['app.answers'],
      async run(step) {
        // As text or still as JSON; an object is what becomes of a promise.
        const { status, body } = await askApp(step, '/metrics');
        expectThat(status === 200 && !/^\s*\{/.test(body), {
          expected: '200 with lines such as: process_cpu_seconds_total 0.5',
          actual: `${status} ${body.slice(0, 60)}`,
          where: step.files.find(APP, /['"`]\/metrics['"`]/),
          hint: 'register.metrics() answers a promise of the text, so it has to be awaited. `docker compose logs app` says what failed.',
        });
      },
    },
    {
      id: 'metrics.default',
      title: 'The metrics of the process are exported',
      kind: 'live',
      task: 4,
      needs: ['metrics.page'],
      async run(step) {
        const { body } = await askApp(step, '/metrics');
        const missing = DEFAULT_METRICS.filter((name) => !body.includes(name));
        expectThat(missing.length === 0, {
          expected: DEFAULT_METRICS.join(', '),
          actual:
            missing.length === DEFAULT_METRICS.length
              ? 'none of them'
              : `no ${missing.join(', no ')}`,
          where: step.files.find(METRICS, /collectDefaultMetrics|prom-client/),
          hint: 'prom-client collects what Node.js knows about itself only when it is asked to: collectDefaultMetrics().',
        });
      },
    },
    {
      id: 'metrics.content-type',
      title: 'GET /metrics answers in the text format of Prometheus',
      kind: 'live',
      task: 5,
      needs: ['metrics.page'],
      async run(step) {
        const { type, body } = await askApp(step, '/metrics');
        const where = step.files.find(APP, /['"`]\/metrics['"`]/);
        expectThat(CONTENT_TYPES.test(type), {
          expected: 'Content-Type: text/plain; version=0.0.4; charset=utf-8',
          actual: `Content-Type: ${type}`,
          where,
          hint: 'Prometheus 3 refuses a scrape whose Content-Type it does not know. The registry says the right one: register.contentType.',
        });
        expectThat(!/^\s*["[]/.test(body), {
          expected: 'lines such as: process_cpu_seconds_total 0.5',
          actual: body.slice(0, 60),
          where,
          hint: 'That is JSON. The text is what register.metrics() answers, sent as it is with res.end(…).',
        });
      },
    },
    {
      id: 'counter.counts',
      title: 'http_requests_total grows by one with each answered request',
      kind: 'live',
      task: 6,
      needs: ['metrics.content-type'],
      async run(step) {
        const before = await scrapeApp(step);
        for (const path of ['/', '/', '/', '/fail', '/fail']) await askApp(step, path);
        const { body } = await askApp(step, '/metrics');
        expectCounter(step, body);
        const after = await scrapeApp(step);
        expectGrowth(step, before, after, { method: 'GET', route: '/', status_code: '200' }, 3);
        expectGrowth(step, before, after, { method: 'GET', route: '/fail', status_code: '500' }, 2);
      },
    },
    {
      id: 'counter.after-answer',
      title: 'A request is counted when it is answered, not when it arrives',
      kind: 'live',
      task: 6,
      needs: ['counter.counts'],
      async run(step) {
        let [before, during] = await lookWhileSlow(step);
        for (let times = 1; !during && times < LOOKS; times++)
          [before, during] = await lookWhileSlow(step);
        if (!during)
          fail({
            expected: 'GET /slow to wait a second, so that /metrics can be looked at meanwhile',
            actual: 'its answer came before that of /metrics, 5 times',
            where: step.files.find(APP, /['"`]\/slow['"`]/),
            hint: 'The lesson starts with a route that waits a second. If yours does, this machine is too busy to tell: try again.',
          });
        const early = countOf(during, SLOW) - countOf(before, SLOW);
        expectThat(early === 0, {
          expected: 'no change while GET /slow still waits for its answer',
          actual: `${early} more`,
          where: step.files.find(METRICS, /\.inc\(/),
          hint: "The route and the status code are known only at the end. The response's event finish says when that is.",
        });
        expectGrowth(step, before, await scrapeApp(step), SLOW, 1);
      },
    },
    {
      id: 'counter.scrapes',
      title: 'Scrapes and health checks are not counted as traffic',
      kind: 'live',
      task: 8,
      needs: ['counter.counts'],
      async run(step) {
        const before = await scrapeApp(step);
        for (let times = 0; times < 5; times++) await scrapeApp(step);
        for (let times = 0; times < 5; times++) await askApp(step, '/healthz');
        const grown = growth(before, await scrapeApp(step)).map(({ series }) => series);
        expectThat(grown.length === 0, {
          expected: 'no change after 5 scrapes and 5 health checks',
          actual: `growth of ${grown.sort().join(' and ')}`,
          where: step.files.find(APP, /\.use\(countRequests|\.use\(/),
          hint: 'Express runs handlers in the order they are registered: what answers before the counting is not counted.',
        });
      },
    },
    {
      id: 'labels.bounded',
      title: '300 random addresses make at most one series more',
      kind: 'live',
      task: 7,
      needs: ['counter.counts'],
      async run(step) {
        const before = await scrapeApp(step);
        // Ten at a time, as busy visitors would.
        const visitors = Array.from({ length: 10 }, async () => {
          for (let times = 0; times < 15; times++) {
            const word = Math.random().toString(36).slice(2);
            await askApp(step, `/${word}`);
            await askApp(step, `/?${word}`);
          }
        });
        await Promise.all(visitors);
        const after = await scrapeApp(step);
        const added = requestsOf(after).length - requestsOf(before).length;
        expectThat(added <= 1, {
          expected: 'at most one series more, labelled route="unmatched"',
          actual: `${added} series more${ORIGIN[added] ?? ''}`,
          where: step.files.find(METRICS, /req\.(path|url|originalUrl)/),
          hint: 'Prometheus keeps one series for each combination of label values. Label with the pattern of the matched route, and everything else with one fixed word.',
        });
        expectGrowth(
          step,
          before,
          after,
          { method: 'GET', route: 'unmatched', status_code: '404' },
          150,
        );
      },
    },
    {
      id: 'app.healthcheck',
      title: 'The healthcheck fails when /healthz answers with an error',
      kind: 'live',
      task: 3,
      needs: ['compose.healthcheck'],
      beside: true,
      async run(step) {
        const exitCode = await runHealthcheckOnError(step, 'app', 8080);
        expectThat(exitCode !== 0, {
          expected: 'an exit code other than 0 when /healthz answers 503',
          actual: `exit code ${exitCode}`,
          where: step.compose().service('app').where('healthcheck', 'test'),
          hint: 'fetch also succeeds when the answer is an error, and so does curl without --fail. Let the exit code say whether the answer was ok: process.exit(r.ok ? 0 : 1).',
        });
      },
    },
    {
      id: 'app.not-root',
      title: 'In the container the app does not run as root',
      kind: 'live',
      task: 1,
      ofContainers: true,
      beside: true,
      async run(step) {
        const uid = (await step.stack.compose('exec', '-T', 'app', 'id', '-u')).trim();
        expectThat(uid !== '0', {
          expected: 'a user other than root',
          actual: 'root (uid 0)',
          where: step.files.find(dockerfileOf(step), /^\s*USER\s/i),
          hint: 'USER counts from its line to the next FROM, which begins anew as root.',
        });
      },
    },
    {
      id: 'app.stops',
      title: 'On SIGTERM the app answers what it has begun, then ends with 0',
      kind: 'live',
      task: 9,
      needs: ['app.answers'],
      async run(step) {
        let end = await stopWhileSlow(step);
        for (let times = 1; end.isLate && times < LOOKS; times++) end = await stopWhileSlow(step);
        const { actual } = end;
        const expected = 'GET /slow answered with 200, the end with exit code 0';
        expectThat(actual === expected, {
          expected,
          actual,
          where: step.files.find(MAIN, /SIGTERM/),
          hint: 'docker compose stop sends SIGTERM, and kills ten seconds later. Close the server then: it takes no new requests, and answers those it has.',
        });
      },
    },
  ],
});

/** A busy machine may be too slow to look within the second that /slow takes; then it is tried so many times. */
const LOOKS = 5;

/** Asks for /slow. @returns the samples before it, and the last ones that came while it still waited for its answer */
async function lookWhileSlow(step: StepUnderTest): Promise<[Sample[], Sample[] | undefined]> {
  const before = await scrapeApp(step);
  let during: Sample[] | undefined;
  let answered = false;
  const answer = askApp(step, '/slow').finally(() => {
    answered = true;
  });
  // What goes wrong with it is said below; until then nobody listens.
  answer.catch(() => {});
  while (!answered) {
    const seen = await scrapeApp(step);
    await pause(50);
    if (!answered) during = seen;
  }
  await answer;
  return [before, during];
}

/**
 * Sends SIGTERM while /slow waits for its answer.
 *
 * @returns what became of both. Late: /slow may have been answered before, as on a busy machine.
 */
async function stopWhileSlow(step: StepUnderTest): Promise<{ actual: string; isLate: boolean }> {
  // Some question may have ended it; that is said there.
  await startAgain(step);
  const { docker } = await import('../../engine/index.ts');
  const running = await step.stack.containers();
  const id = running.find(({ service }) => service === 'app')?.id ?? '';
  const url = `${await step.stack.url('app')}/slow`;
  let isLate = false;
  const answered = new Promise<string>((resolve) => {
    // On a connection of its own, which nobody keeps open afterwards.
    get(url, { agent: false }, (answer) => {
      isLate = true;
      answer.resume();
      resolve(`GET /slow answered with ${answer.statusCode}`);
    }).on('error', () => resolve('GET /slow left without an answer'));
  });
  // What was asked later is answered, so that /slow has arrived.
  for (let times = 0; times < 2; times++) await askApp(step, '/healthz');
  await docker(['kill', '--signal', 'SIGTERM', id]);
  const wasLate = isLate;
  // After ten seconds `docker compose stop` would kill it.
  const ended = await docker(['wait', id], { signal: AbortSignal.timeout(10_000) }).then(
    (exitCode) => `the end with exit code ${exitCode}`,
    () => 'no end within 10 s',
  );
  return { actual: `${await answered}, ${ended}`, isLate: wasLate };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
