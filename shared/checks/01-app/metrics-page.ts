// What the app answers, and its page /metrics.
import { expectThat } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { type Answer, askApp } from './ask-app.ts';
import { failByAnswer } from './explain.ts';
import { APP, findInSources, METRICS } from './paths.ts';

/** Prometheus 3 refuses a scrape of any other kind; a text without a version is one of 0.0.4. OpenMetrics has an end of its own. */
const isUnderstood = ({ type, body }: Answer): boolean =>
  /^text\/plain\b(?!.*version=(?!0\.0\.4|1\.0\.0))/.test(type) ||
  (/^application\/openmetrics-text/.test(type) && body.trimEnd().endsWith('# EOF'));

/** Enough to tell the default metrics from one that somebody has made. */
const DEFAULT_METRICS = [
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'nodejs_heap_size_used_bytes',
];

export const metricsPage = defineTopic({ kind: 'live', needs: ['metrics.page'] }, [
  {
    id: 'app.answers',
    title: 'GET / answers {"status":"ok"}',
    needs: [],
    async run(step) {
      // Twice, because an error in a listener ends the app only after the first answer.
      for (const _ of ['first', 'second']) {
        const answer = await askApp(step, '/');
        const { status, body } = answer;
        if (status === 200 && body.replaceAll(/\s/g, '') === '{"status":"ok"}') continue;
        await failByAnswer(step, answer, '200 {"status":"ok"}', {
          where: step.files.find(APP, /\.get\(['"`]\/['"`]/),
          hint: 'The lesson starts with this route; give it back what it had.',
        });
      }
      const error = await askApp(step, '/fail');
      expectThat(error.status === 500 && /^\s*\{/.test(error.body), {
        expected: 'GET /fail answered with 500 {"error":"Internal Server Error"}',
        actual: `${error.status} ${error.body.split('\n')[0]?.slice(0, 100)}`,
        where: step.files.find(APP, /\((error|err|e)\b.*=>|function \w*\((error|err|e)\b/),
        hint: 'Express knows an error handler by its four parameters, and wants it below all routes. The lesson starts with one; without it an error is a page of HTML.',
      });
    },
  },
  {
    id: 'metrics.page',
    title: 'GET /metrics answers with the metrics of the registry',
    task: 5,
    needs: ['app.answers'],
    async run(step) {
      // As text or still as JSON; an object is what becomes of a promise.
      const answer = await askApp(step, '/metrics');
      const { body } = await askApp(step, '/metrics');
      expectThat(body.trim() !== '' || answer.body.trim() === '', {
        expected: 'the same metrics in each scrape',
        actual: 'nothing in the second one',
        where: findInSources(step.files, /\.clear\(/) ?? APP,
        hint: 'clear() takes all metrics out of the registry. A scrape only reads: whoever asks next, wants them too.',
      });
      if (answer.status === 200 && !/^\s*\{/.test(answer.body)) return;
      await failByAnswer(step, answer, '200 with lines such as: process_cpu_seconds_total 0.5', {
        where: step.files.find(APP, /\/metrics['"`]/),
        hint: 'register.metrics() returns a promise of the text, so it has to be awaited. `docker compose logs app` says what failed.',
      });
    },
  },
  {
    id: 'metrics.default',
    title: 'The metrics of the process are exported',
    task: 4,
    async run(step) {
      const { body } = await askApp(step, '/metrics');
      const place = findInSources(step.files, /\bcollectDefaultMetrics\(/);
      const missing = DEFAULT_METRICS.filter(
        (name) => !new RegExp(`^(.*")?${name}\\b`, 'm').test(body),
      );
      expectThat(missing.length === 0, {
        expected: DEFAULT_METRICS.join(', '),
        actual:
          missing.length === DEFAULT_METRICS.length
            ? 'none of them'
            : `no ${missing.join(', no ')}`,
        where: place ?? step.files.find(METRICS, /prom-client/),
        hint: place
          ? 'They are collected for another registry than the one that /metrics prints, or under other names: look at what collectDefaultMetrics() is given.'
          : 'prom-client collects what Node.js knows about itself only when it is asked to: collectDefaultMetrics().',
      });
    },
  },
  {
    id: 'metrics.content-type',
    title: 'GET /metrics answers in the text format of Prometheus',
    task: 5,
    async run(step) {
      const answer = await askApp(step, '/metrics');
      const { type, body } = answer;
      const where = step.files.find(APP, /['"`]\/metrics['"`]/);
      expectThat(isUnderstood(answer), {
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
]);
