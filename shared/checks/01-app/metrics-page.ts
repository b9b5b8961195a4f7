// What the app answers, and its page /metrics.
import { expectThat } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { APP, askApp, METRICS } from './ask-app.ts';

/** Prometheus 3 refuses a scrape with any other type. */
const CONTENT_TYPES = /^(text\/plain; ?version=(0\.0\.4|1\.0\.0)|application\/openmetrics-text)/;

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
    task: 5,
    needs: ['app.answers'],
    async run(step) {
      // As text or still as JSON; an object is what becomes of a promise.
      const { status, body } = await askApp(step, '/metrics');
      expectThat(status === 200 && !/^\s*\{/.test(body), {
        expected: '200 with lines such as: process_cpu_seconds_total 0.5',
        actual: `${status} ${body.slice(0, 60)}`,
        where: step.files.find(APP, /['"`]\/metrics['"`]/),
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
    task: 5,
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
]);
