// What must be true of step 2. `npm run verify:step-2` runs these checks and reports; learners may read along.

import { expectHealthcheck, expectPort, expectShared } from '../../verify/expect/index.ts';
import {
  configPath,
  durationOf,
  expectThat,
  fail,
  fileBehind,
  flagOf,
  type Job,
  mountAt,
  readJobs,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { defineStep } from '../../verify/runner/index.ts';
import { expectAnswer, expressionOf, QUERIES, readable } from './expressions.ts';
import { answersAt, knownTraffic, nextScrape, SECOND_PART } from './known-traffic.ts';

/** Seconds between two scrapes; the file must say so before anything is started. */
const INTERVAL = 5;
const NAMES = [
  'total_requests',
  'request_rate',
  'request_rate_by_status_code',
  'error_ratio',
  'resident_memory',
];

export default defineStep({
  id: '02-prometheus',
  title: 'Collect and ask',
  services: ['app', 'prometheus'],
  quickScrapes: true,
  checks: [
    {
      id: 'compose.prometheus',
      title: 'The compose file has a service prometheus, from an exact version',
      kind: 'static',
      task: 1,
      run(step) {
        const service = prometheus(step);
        const image = String(service.get('image') ?? '');
        const [, name = '', version = ''] = image.match(/^(.*?)((?:@sha256:|:[^:/]*$).*)?$/) ?? [];
        if (/(^|\/)prometheus$/.test(name) && /^(@sha256:|:v?\d+\.\d+\.\d+)/.test(version)) return;
        fail({
          expected: 'image: prom/prometheus with an exact version, such as v3.5.3',
          actual: image ? `image: ${image}` : 'no image',
          where: service.where('image'),
          hint: 'A tag such as latest means another program every few weeks. An exact version is the same for everybody, every day.',
        });
      },
    },
    {
      id: 'compose.config',
      title: 'Prometheus reads your configuration file',
      kind: 'static',
      task: 1,
      needs: ['compose.prometheus'],
      run(step) {
        const service = prometheus(step);
        const path = flagOf(service, 'config.file');
        const mount = mountAt(service, path);
        const file = mount && fileBehind(mount, path);
        if (file && (step.files.exists(file) || file === configPath(step.files, service))) return;
        const mounts = service.mounts.map(({ source, target }) => `${source} at ${target}`);
        fail({
          expected: `a mount from this folder that puts your file at ${path}`,
          actual: file ? `there is no ${file} here` : `mounts: ${mounts.join(', ') || 'none'}`,
          where: mount?.where ?? service.where('volumes'),
          hint: 'A mount is "./HERE:/THERE:ro". --config.file names a path in the container, so a mount must bring a file to exactly that path. A source without ./ is a named volume.',
        });
      },
    },
    {
      id: 'compose.config-read-only',
      title: 'Prometheus cannot change your configuration file',
      kind: 'static',
      task: 1,
      needs: ['compose.config'],
      run(step) {
        const mount = mountAt(prometheus(step), flagOf(prometheus(step), 'config.file'));
        expectThat(mount?.readOnly, {
          expected: `${mount?.source}:${mount?.target}:ro`,
          actual: 'a mount that can be written',
          where: mount?.where ?? '',
          hint: 'A service gets only the rights it needs; the third part of a mount, ro, means read-only.',
        });
      },
    },
    {
      id: 'compose.data',
      title: "Prometheus's data lies on a named volume",
      kind: 'static',
      task: 1,
      needs: ['compose.prometheus'],
      run(step) {
        const service = prometheus(step);
        const path = flagOf(service, 'storage.tsdb.path');
        const mount = mountAt(service, path);
        expectThat(mount && /^\w/.test(mount.source), {
          expected: `a named volume mounted at ${path}, where --storage.tsdb.path points`,
          actual: mount ? `${mount.source} mounted there` : 'nothing mounted there',
          where: mount?.where ?? service.where('volumes'),
          hint: 'What is written inside a container is lost when the container is replaced. A named volume, a source that is only a name, is mounted where the data is written.',
        });
      },
    },
    {
      id: 'compose.volume-declared',
      title: 'The named volume is declared',
      kind: 'static',
      task: 2,
      needs: ['compose.data'],
      run(step) {
        const { volumes, file } = step.compose();
        const mount = mountAt(prometheus(step), flagOf(prometheus(step), 'storage.tsdb.path'));
        const name = mount?.source ?? '';
        if (volumes.includes(name)) return;
        const declared = file.get(['volumes']);
        const form = Array.isArray(declared)
          ? 'a list below volumes:'
          : typeof declared === 'string'
            ? 'a text below volumes:'
            : undefined;
        fail({
          expected: form
            ? `${name}: without a dash, and with a colon at its end`
            : `${name}: below volumes:, at the left edge of the file`,
          actual: form ?? `declared volumes: ${volumes.join(', ') || 'none'}`,
          where: form ? file.where(['volumes']) : (mount?.where ?? file.path),
          hint: 'Inside a service volumes: mounts, as a list. At the left edge it declares: there each name is a key, and nothing needs to stand behind its colon.',
        });
      },
    },
    {
      id: 'compose.port',
      title: "Prometheus's port 9090 is published, on this machine only",
      kind: 'static',
      task: 1,
      needs: ['compose.prometheus'],
      run: (step) => expectPort(prometheus(step), 9090, 'PROMETHEUS_PORT'),
    },
    {
      id: 'compose.healthcheck',
      title: 'Docker is told how to ask whether Prometheus works',
      kind: 'static',
      task: 1,
      needs: ['compose.prometheus'],
      run(step) {
        const service = prometheus(step);
        expectHealthcheck(
          service,
          'Without a healthcheck a container counts as fine as soon as it has started, even while Prometheus still reads its data.',
        );
        const test = [service.get('healthcheck', 'test')].flat().join(' ');
        expectThat(!/\bcurl\b/.test(test), {
          expected: 'a test made of programs that are in the image, such as wget',
          actual: 'curl',
          where: service.where('healthcheck', 'test'),
          hint: 'A healthcheck runs inside the container, and the image of Prometheus has no curl.',
        });
      },
    },
    {
      id: 'compose.shared',
      title: 'Prometheus has what all services share',
      kind: 'static',
      task: 1,
      needs: ['compose.prometheus'],
      run: (step) => expectShared(prometheus(step)),
    },
    {
      id: 'prometheus.file',
      title: "Prometheus's configuration can be read",
      kind: 'static',
      task: 3,
      run(step) {
        const file = config(step);
        const known = /^(global|scrape_configs|rule_files|alerting|runtime|storage|tracing|otlp)$/;
        const keys = Object.keys(Object(file.value));
        const wrong =
          typeof file.value === 'string'
            ? file.value
            : keys.find((key) => !known.test(key) && !/^(remote_|scrape_config_files)/.test(key));
        expectThat(wrong === undefined, {
          expected: 'the keys global and scrape_configs at the left edge',
          actual: String(wrong).slice(0, 60),
          where: file.where([String(wrong)]),
          hint: 'Prometheus refuses a file with a key it does not know. Look for a typo, and for an indentation that makes a key belong to the wrong block.',
        });
      },
    },
    {
      id: 'prometheus.intervals',
      title: 'Prometheus collects and evaluates every 5 seconds',
      kind: 'static',
      task: 3,
      needs: ['prometheus.file'],
      run(step) {
        const file = config(step);
        const web = jobOf(file, 'web')?.index;
        for (const key of ['scrape_interval', 'evaluation_interval']) {
          const own = ['scrape_configs', web ?? -1, key];
          const place = file.get(own) === undefined ? ['global', key] : own;
          const value = file.get(place);
          expectThat(durationOf(value) === INTERVAL, {
            expected: `${key}: 5s`,
            actual: value === undefined ? `no ${key}, so 1m` : `${key}: ${value}`,
            where: file.where(place),
            hint: 'Both intervals belong to global. A duration is a number with its unit: ms, s, m or h.',
          });
        }
      },
    },
    {
      id: 'prometheus.external-label',
      title: 'The configuration has the external label monitor: workshop',
      kind: 'static',
      task: 3,
      needs: ['prometheus.file'],
      run(step) {
        const file = config(step);
        const place = ['global', 'external_labels'];
        const labels = file.get(place);
        const isMap = typeof labels === 'object' && labels !== null && !Array.isArray(labels);
        expectThat(file.get([...place, 'monitor']) === 'workshop', {
          expected: 'monitor: workshop below external_labels, below global',
          actual: `external_labels: ${JSON.stringify(labels) ?? 'none'}`,
          where: file.where([...place, 'monitor']),
          hint:
            labels === undefined || isMap
              ? 'An external label tells other systems which Prometheus an alert or a sample comes from.'
              : 'external_labels is a mapping, not a list: monitor: workshop stands in the line below, two spaces further in, without a dash.',
        });
      },
    },
    {
      id: 'prometheus.jobs',
      title: 'There are the jobs prometheus and web',
      kind: 'static',
      task: 4,
      needs: ['prometheus.file'],
      run(step) {
        const file = config(step);
        const names = readJobs(file).map(({ name }) => name);
        expectThat(names.includes('prometheus') && names.includes('web'), {
          expected: 'the jobs prometheus and web',
          actual: `jobs: ${names.join(', ') || 'none'}`,
          where: file.where(['scrape_configs']),
          hint: "A job's name becomes the label job of all its series, so queries and dashboards depend on it.",
        });
      },
    },
    {
      id: 'prometheus.targets',
      title: 'Each target names a service and its port in the container',
      kind: 'static',
      task: 4,
      needs: ['compose.prometheus', 'prometheus.jobs'],
      run(step) {
        const file = config(step);
        const { serviceNames } = step.compose();
        const itself = ['prometheus:9090', 'localhost:9090', '127.0.0.1:9090'];
        for (const [name, right] of Object.entries({ prometheus: itself, web: ['app:8080'] })) {
          const job = jobOf(file, name) as Job;
          if (job.discovers) continue;
          const wrong = job.targets.find(({ address }) => !right.includes(address));
          if (job.targets.length > 0 && !wrong) continue;
          fail({
            expected: `the target ${right[0]}`,
            actual: wrong?.address ?? 'no targets below static_configs',
            where: wrong?.where ?? job.where,
            hint: hintForTarget(wrong?.address, serviceNames),
          });
        }
      },
    },
    {
      id: 'queries.file',
      title: 'queries.yaml can be read and has its five names',
      kind: 'static',
      run(step) {
        const file = step.files.yaml(QUERIES);
        const missing = NAMES.filter((name) => file.get([name]) === undefined);
        expectThat(missing.length === 0, {
          expected: `the names ${NAMES.join(', ')}`,
          actual: `no ${missing.join(', no ')}`,
          where: file.where([missing[0] ?? '']),
          hint: 'The verdict finds each expression by its name: "name: expression".',
        });
        const nested = NAMES.find((name) => isNested(file.get([name])));
        expectThat(nested === undefined, {
          expected: `${nested}: and one expression`,
          actual: Array.isArray(file.get([nested ?? ''])) ? 'a list' : 'a mapping',
          where: file.where([nested ?? '']),
          hint: 'An expression is a text. It stands behind the colon, or begins with >- and goes on, indented, in the next lines.',
        });
      },
    },

    // From here on the containers run. The first check sends the traffic, so that the waiting overlaps.
    {
      id: 'prometheus.promtool',
      title: 'promtool, which comes with Prometheus, finds no mistake',
      kind: 'live',
      task: 4,
      asks: ['prometheus'],
      async run(step) {
        knownTraffic(step, INTERVAL);
        const path = flagOf(prometheus(step), 'config.file');
        const words = ['exec', '-T', 'prometheus', 'promtool', 'check', 'config', path];
        const complaint = await step.stack.compose(...words).then(
          () => undefined,
          (error: Error) => error.message.split('\n').slice(1).join('\n'),
        );
        expectThat(complaint === undefined, {
          expected: 'promtool check config to say SUCCESS',
          actual: complaint ?? '',
          where: configPath(step.files, prometheus(step)),
          hint: 'promtool checks also the files that the configuration names. Run it yourself: docker compose exec prometheus promtool check config and the path.',
        });
      },
    },
    {
      id: 'prometheus.targets-up',
      title: 'Both targets are up',
      kind: 'live',
      task: 4,
      async run(step) {
        await knownTraffic(step, INTERVAL);
        const targets = await targetsWhenUp(step);
        for (const name of JOBS) {
          const target = targets.find(({ labels }) => labels.job === name);
          if (target?.health === 'up') continue;
          fail({
            expected: `the job ${name} is up`,
            actual: `${target?.scrapeUrl}: ${target?.lastError}`,
            where: jobOf(config(step), name)?.where ?? '',
            hint: 'Prometheus asks http://TARGET/metrics unless the job says otherwise. The page Status > Target health shows the same error.',
          });
        }
      },
    },
    {
      id: 'prometheus.label-in-effect',
      title: 'What leaves Prometheus carries monitor="workshop"',
      kind: 'live',
      task: 3,
      needs: ['prometheus.targets-up'],
      async run(step) {
        const url = await step.stack.url('prometheus');
        const text = await (await fetch(`${url}/federate?match[]=up`)).text();
        const [line] = text.match(/^up\{(?!.*monitor="workshop").*\}/m) ?? [];
        expectThat(line === undefined, {
          expected: 'every sample that another Prometheus would fetch has monitor="workshop"',
          actual: line?.replace(/instance="[^"]*",?/, '') ?? '',
          where:
            jobOf(config(step), line?.match(/job="([^"]*)"/)?.[1] ?? '')?.where ??
            config(step).where(['global', 'external_labels', 'monitor']),
          hint: "An external label is added only where a series has no label of that name, so a target's own label hides it.",
        });
      },
    },
    {
      id: 'prometheus.numbers',
      title: "Prometheus's numbers equal the traffic that was sent",
      kind: 'live',
      task: 4,
      needs: ['prometheus.targets-up'],
      async run(step) {
        const { totals, seenAt } = await knownTraffic(step, INTERVAL);
        const counted = 'sum by (status_code) (http_requests_total{job="web"})';
        const answers = await answersAt(step, counted, seenAt);
        for (const [code, sent] of Object.entries(totals)) {
          const stored = answers.find(({ labels }) => labels.status_code === code)?.value ?? 0;
          if (stored === sent) continue;
          fail({
            expected: `as many requests with status ${code} as were sent`,
            actual: stored > sent ? 'more' : stored > 0 ? 'fewer' : 'none',
            where: jobOf(config(step), 'web')?.where ?? '',
            hint: 'The job must keep the series of http_requests_total, and the app must count each request once and no scrape. Step 1 judges the app: npm run verify:step-1',
          });
        }
      },
    },
    {
      id: 'queries.total-requests',
      title: 'total_requests is the number of requests sent',
      kind: 'live',
      task: 5,
      needs: ['prometheus.numbers'],
      run: (step) =>
        expectAnswer(step, INTERVAL, 'total_requests', {
          right: 'sum(http_requests_total{job="web"})',
          expected: 'one number, all requests that were sent',
          hint: 'The app keeps one counter for each combination of labels; sum() adds them up. rate() would be a speed.',
          mistaken: [
            {
              expression: 'sum(rate(http_requests_total{job="web"}[30s]))',
              is: 'the requests per second',
            },
          ],
        }),
    },
    {
      id: 'queries.request-rate',
      title: 'request_rate is the number of requests per second',
      kind: 'live',
      task: 6,
      needs: ['prometheus.numbers'],
      run: (step) =>
        expectAnswer(step, INTERVAL, 'request_rate', {
          right: 'sum(rate(http_requests_total{job="web"}[30s]))',
          expected:
            'one number, about 3.7 (100 requests in 30 seconds, and a little for the edges)',
          hint: 'rate(counter[30s]) is the growth per second, averaged over 30 seconds, of each series; sum() around it adds the series up.',
          mistaken: [
            {
              expression: 'sum(rate(http_requests_total{job="web"}[1m]))',
              is: 'the average over a minute',
            },
          ],
        }),
    },
    {
      id: 'queries.request-rate-by-status-code',
      title: 'request_rate_by_status_code tells the status codes apart',
      kind: 'live',
      task: 7,
      needs: ['prometheus.numbers'],
      run: (step) =>
        expectAnswer(step, INTERVAL, 'request_rate_by_status_code', {
          right: 'sum by (status_code) (rate(http_requests_total{job="web"}[30s]))',
          expected: `one number per second for each status_code: ${Object.keys(SECOND_PART).join(', ')}`,
          hint: 'sum by (label) keeps that one label and adds up all other series. The label must be spelled as the app spells it.',
          mistaken: [
            {
              expression: 'sum(rate(http_requests_total{job="web"}[30s]))',
              is: 'one number, all status codes together',
            },
          ],
        }),
    },
    {
      id: 'queries.error-ratio',
      title: 'error_ratio is the share of requests that failed',
      kind: 'live',
      task: 8,
      needs: ['prometheus.numbers'],
      run: (step) =>
        expectAnswer(step, INTERVAL, 'error_ratio', {
          right:
            'sum(rate(http_requests_total{job="web",status_code=~"5.."}[30s])) / sum(rate(http_requests_total{job="web"}[30s]))',
          expected: 'one number, about 0.2 (20 of 100 requests were answered with 500)',
          hint: 'A ratio is the failing requests divided by all requests, both summed first. A 404 is the fault of who asks, so only 5xx count.',
          mistaken: [
            {
              expression: 'sum(rate(http_requests_total{job="web",status_code=~"5.."}[30s]))',
              is: 'the failing requests per second',
              hint: 'It must be divided by all requests per second. `/` binds tighter than `or`, so the dividend needs brackets: (A or vector(0)) / B.',
            },
          ],
        }),
    },
    {
      id: 'queries.resident-memory',
      title: "resident_memory is the app's memory in bytes",
      kind: 'live',
      task: 9,
      needs: ['prometheus.numbers'],
      run: (step) =>
        expectAnswer(step, INTERVAL, 'resident_memory', {
          right: 'process_resident_memory_bytes{job="web"}',
          expected: 'one number, the resident memory of the job web in bytes',
          hint: 'Prometheus exports the same metric about itself, so a label must choose the job. Memory is a gauge: its value is the answer, and rate() is for counters.',
          anyOther: 'another number',
          mistaken: [
            {
              expression: 'process_resident_memory_bytes{job="prometheus"}',
              is: 'the memory of the job prometheus',
            },
            {
              expression: 'rate(process_resident_memory_bytes{job="web"}[30s])',
              is: 'bytes per second, how fast the memory grows',
            },
          ],
        }),
    },
    {
      id: 'queries.zero-traffic',
      title: 'error_ratio is 0 when there is no traffic',
      kind: 'live',
      task: 8,
      asks: ['prometheus'],
      needs: ['queries.error-ratio'],
      async run(step) {
        const { seenAt } = await knownTraffic(step, INTERVAL);
        const query = expressionOf(step, 'error_ratio');
        const quiet = await nextScrape(step, seenAt, INTERVAL);
        // A window that begins just before `seenAt` holds only counters that stand still.
        const windows = [...query.matchAll(/\[(\w+)/g)].map(([, window]) => durationOf(window));
        const afterwards = Math.max(quiet, seenAt - 0.1 + Math.max(0, ...windows));
        for (const [when, time] of [
          ['before the first request', seenAt - 3_600],
          ['after the last request', afterwards],
        ] as const) {
          const answers = await answersAt(step, query, time);
          if (answers.length === 1 && answers[0]?.value === 0) continue;
          fail({
            expected: `0 ${when}`,
            actual: answers.length === 1 ? readable(answers[0]?.value) : 'no answer at all',
            where: step.files.yaml(QUERIES).where(['error_ratio']),
            hint: 'Nothing divided by nothing is NaN, and a series that does not exist yet is an empty answer. A comparison (> 0) removes values, and `or vector(0)` puts 0 where nothing is left.',
          });
        }
      },
    },
    {
      id: 'prometheus.history',
      title: 'The history survives a new container',
      kind: 'live',
      task: 2,
      asks: ['prometheus'],
      ofContainers: true,
      needs: ['prometheus.numbers'],
      async run(step) {
        const { seenAt } = await knownTraffic(step, INTERVAL);
        const recreate = ['up', '--detach', '--no-deps', '--force-recreate', 'prometheus'];
        await step.stack.compose(...recreate);
        const { waitFor } = await import('../../stack/index.ts');
        const remembered = await waitFor({
          what: 'the new Prometheus to answer',
          withinSeconds: 60,
          look: () => answersAt(step, 'sum(http_requests_total{job="web"})', seenAt),
          until: () => true,
        });
        expectThat(remembered.length > 0, {
          expected: 'the samples from before docker compose up --force-recreate prometheus',
          actual: 'no samples from before',
          where: prometheus(step).where('volumes'),
          hint: 'A new container begins with the files of its image; only what lies on a lasting volume is still there.',
        });
      },
    },
  ],
});

const JOBS = ['prometheus', 'web'];

/** The targets, both up; or what they are after some seconds. A busy machine may lose a scrape. */
async function targetsWhenUp(step: StepUnderTest) {
  const { waitFor } = await import('../../stack/index.ts');
  const look = () => step.stack.prometheus.targets();
  return waitFor({
    what: 'both targets to be up',
    withinSeconds: 3,
    look,
    until: (targets) =>
      JOBS.every((name) =>
        targets.some(({ labels, health }) => labels.job === name && health === 'up'),
      ),
  }).catch(look);
}

const prometheus = (step: StepUnderTest) => step.compose().service('prometheus');

/** The configuration that Prometheus reads; the usual file while the compose file does not name it. */
function config(step: StepUnderTest) {
  return step.files.yaml(configPath(step.files, composedPrometheus(step)));
}

/** Undefined while the compose file is not ready; another check says so. */
function composedPrometheus(step: StepUnderTest) {
  try {
    return prometheus(step);
  } catch {
    return undefined;
  }
}

const jobOf = (file: ReturnType<typeof config>, name: string): Job | undefined =>
  Array.isArray(file.get(['scrape_configs']))
    ? readJobs(file).find((job) => job.name === name)
    : undefined;

function hintForTarget(address: string | undefined, services: string[]): string {
  if (address === undefined) return 'targets is a list, below an entry of static_configs.';
  const [host = '', port] = address.split(':');
  if (/\//.test(address)) return 'A target is only HOST:PORT; http:// and /metrics are added.';
  if (['localhost', '127.0.0.1', 'host.docker.internal'].includes(host))
    return 'Inside a container localhost is the container itself. Another service is reached by its service name.';
  if (!services.includes(host))
    return 'Inside the compose network a service is reached by its service name, exactly as below services.';
  if (port === undefined) return 'Without a port Prometheus asks port 80. Name the container port.';
  return 'Containers talk to each other on container ports; the host port is only for programs on your machine.';
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
