// What must be true of step 2. `npm run verify:step-2` runs these checks and reports; learners may read along.
import { defineStep, expectThat, fail, type StepUnderTest } from '../../shared/verify/index.ts';
import {
  answersAt,
  knownTraffic,
  nextScrape,
  SECOND_PART,
} from '../../shared/verify/known-traffic.ts';
import {
  configPath,
  durationOf,
  fileBehind,
  flagOf,
  type Job,
  mountAt,
  readJobs,
} from '../../shared/verify/prometheus-files.ts';

/** Seconds between two scrapes; the file must say so before anything is started. */
const INTERVAL = 5;
const QUERIES = 'prometheus/queries.yaml';
const NAMES = [
  'total_requests',
  'request_rate',
  'request_rate_by_status_code',
  'error_ratio',
  'resident_memory',
];

/** Two right expressions may differ a little: rate() guesses what lies beyond its first and last sample. */
const TOLERANCE = 0.1;

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
      needs: ['compose.prometheus'],
      run(step) {
        const { volumes, file } = step.compose();
        const service = prometheus(step);
        const path = flagOf(service, 'storage.tsdb.path');
        const mount = mountAt(service, path);
        const named = mount && /^\w/.test(mount.source) ? mount.source : undefined;
        if (named && volumes.includes(named)) return;
        fail({
          expected: named
            ? `${named} declared below volumes: at the end of the file`
            : `a named volume mounted at ${path}, where --storage.tsdb.path points`,
          actual: named
            ? `declared volumes: ${volumes.join(', ') || 'none'}`
            : mount
              ? `${mount.source} mounted there`
              : 'nothing mounted there',
          where: named ? (mount?.where ?? file.path) : (mount?.where ?? service.where('volumes')),
          hint: 'What is written inside a container is lost when the container is replaced. A named volume is declared once and mounted where the data is written.',
        });
      },
    },
    {
      id: 'compose.port',
      title: "Prometheus's port 9090 is published, on this machine only",
      kind: 'static',
      needs: ['compose.prometheus'],
      run(step) {
        const service = prometheus(step);
        const index = service.ports.findIndex(({ target }) => target === '9090');
        const where = service.ports[Math.max(index, 0)]?.where ?? service.where('ports');
        expectThat(index >= 0, {
          expected: 'a port that leads to 9090 in the container',
          actual:
            service.ports.map(({ target }) => `${target} in the container`).join(', ') ||
            'no ports',
          where,
          hint: 'In "HOST:CONTAINER" the last number is the port that Prometheus listens on in its container.',
        });
        expectThat(/127\.0\.0\.1|localhost|::1/.test(JSON.stringify(service.get('ports', index))), {
          expected: 'a port that begins with 127.0.0.1:',
          actual: 'a port open to the whole network',
          where,
          hint: 'Prometheus asks nobody for a password. Without an address in front, Docker publishes a port on every network of your machine.',
        });
      },
    },
    {
      id: 'compose.healthcheck',
      title: 'Docker is told how to ask whether Prometheus works',
      kind: 'static',
      needs: ['compose.prometheus'],
      run(step) {
        const service = prometheus(step);
        const test = [service.get('healthcheck', 'test') ?? []].flat().join(' ');
        const off = test === 'NONE' || service.get('healthcheck', 'disable') === true;
        expectThat(test && !off, {
          expected: 'a healthcheck with a test',
          actual: off ? 'a healthcheck that is switched off' : 'no test',
          where: service.where('healthcheck'),
          hint: 'Without a healthcheck a container counts as fine as soon as it has started, even while Prometheus still reads its data.',
        });
        expectThat(!/\bcurl\b/.test(test), {
          expected: 'a test made of programs that are in the image, such as wget',
          actual: 'curl',
          where: service.where('healthcheck', 'test'),
          hint: 'A healthcheck runs inside the container, and the image of Prometheus has no curl.',
        });
      },
    },
    {
      id: 'prometheus.file',
      title: "Prometheus's configuration can be read",
      kind: 'static',
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
      needs: ['prometheus.file'],
      run(step) {
        const file = config(step);
        const place = ['global', 'external_labels'];
        expectThat(file.get([...place, 'monitor']) === 'workshop', {
          expected: 'monitor: workshop below external_labels, below global',
          actual: `external_labels: ${JSON.stringify(file.get(place)) ?? 'none'}`,
          where: file.where([...place, 'monitor']),
          hint: 'An external label tells other systems which Prometheus an alert or a sample comes from.',
        });
      },
    },
    {
      id: 'prometheus.jobs',
      title: 'There are the jobs prometheus and web',
      kind: 'static',
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
      id: 'queries.five',
      title: 'queries.yaml has five expressions',
      kind: 'static',
      run(step) {
        const file = step.files.yaml(QUERIES);
        const missing = NAMES.filter((name) => !String(file.get([name]) ?? '').trim());
        expectThat(missing.length === 0, {
          expected: `one expression for each of ${NAMES.join(', ')}`,
          actual: `none for ${missing.join(', ')}`,
          where: file.where([missing[0] ?? '']),
          hint: 'Each line is "name: expression". An expression of several lines begins with >- and is indented.',
        });
      },
    },

    // From here on the containers run. The first check sends the traffic, so that the waiting overlaps.
    {
      id: 'prometheus.promtool',
      title: 'promtool, which comes with Prometheus, finds no mistake',
      kind: 'live',
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
      id: 'queries.valid',
      title: 'Prometheus understands all five expressions',
      kind: 'live',
      asks: ['prometheus'],
      async run(step) {
        const now = await step.stack.prometheus.now();
        for (const name of NAMES) {
          await answersAt(step, expression(step, name), now).catch((error: Error) => {
            const [, complaint] = error.message.match(/"error":"(.*)"/) ?? [];
            fail({
              expected: 'an expression that gives numbers',
              actual: complaint?.replaceAll('\\"', '"') ?? 'an error of Prometheus',
              where: whereIs(step, name),
              hint: 'rate() takes a range such as metric[30s], so it comes first and sum() around it. Brackets and quotes come in pairs.',
            });
          });
        }
      },
    },
    {
      id: 'prometheus.targets-up',
      title: 'Both targets are up',
      kind: 'live',
      async run(step) {
        await knownTraffic(step, INTERVAL);
        const targets = await step.stack.prometheus.targets();
        for (const name of ['prometheus', 'web']) {
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
      needs: ['queries.valid', 'prometheus.numbers'],
      run: (step) =>
        expectSameAnswer(step, 'total_requests', {
          right: 'sum(http_requests_total{job="web"})',
          expected: 'one number, all requests that were sent',
          hint: 'The app keeps one counter for each combination of labels; sum() adds them up. rate() would be a speed.',
        }),
    },
    {
      id: 'queries.request-rate',
      title: 'request_rate is the number of requests per second',
      kind: 'live',
      needs: ['queries.valid', 'prometheus.numbers'],
      run: (step) =>
        expectSameAnswer(step, 'request_rate', {
          right: 'sum(rate(http_requests_total{job="web"}[30s]))',
          expected:
            'one number, about 3.7 (100 requests in 30 seconds, and a little for the edges)',
          hint: 'rate(counter[30s]) is the growth per second, averaged over 30 seconds, of each series; sum() around it adds the series up.',
        }),
    },
    {
      id: 'queries.request-rate-by-status-code',
      title: 'request_rate_by_status_code tells the status codes apart',
      kind: 'live',
      needs: ['queries.valid', 'prometheus.numbers'],
      run: (step) =>
        expectSameAnswer(step, 'request_rate_by_status_code', {
          right: 'sum by (status_code) (rate(http_requests_total{job="web"}[30s]))',
          expected: `one number per second for each status_code: ${Object.keys(SECOND_PART).join(', ')}`,
          hint: 'sum by (label) keeps that one label and adds up all other series. The label must be spelled as the app spells it.',
        }),
    },
    {
      id: 'queries.error-ratio',
      title: 'error_ratio is the share of requests that failed',
      kind: 'live',
      needs: ['queries.valid', 'prometheus.numbers'],
      run: (step) =>
        expectSameAnswer(step, 'error_ratio', {
          right:
            'sum(rate(http_requests_total{job="web",status_code=~"5.."}[30s])) / sum(rate(http_requests_total{job="web"}[30s]))',
          expected: 'one number, about 0.2 (20 of 100 requests were answered with 500)',
          hint: 'A ratio is the failing requests divided by all requests, both summed first. A 404 is the fault of who asks, so only 5xx count.',
        }),
    },
    {
      id: 'queries.resident-memory',
      title: "resident_memory is the app's memory in bytes",
      kind: 'live',
      needs: ['queries.valid', 'prometheus.numbers'],
      run: (step) =>
        expectSameAnswer(step, 'resident_memory', {
          right: 'process_resident_memory_bytes{job="web"}',
          expected: 'one number, the resident memory of the job web in bytes',
          hint: 'Prometheus exports the same metric about itself, so a label must choose the job. Memory is a gauge: its value is the answer, and rate() is for counters.',
        }),
    },
    {
      id: 'queries.zero-traffic',
      title: 'error_ratio is 0 when there is no traffic',
      kind: 'live',
      asks: ['prometheus'],
      needs: ['queries.error-ratio'],
      async run(step) {
        const { seenAt } = await knownTraffic(step, INTERVAL);
        const query = expression(step, 'error_ratio');
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
            where: whereIs(step, 'error_ratio'),
            hint: 'Nothing divided by nothing is NaN, and a series that does not exist yet is an empty answer. A comparison (> 0) removes values, and `or vector(0)` puts 0 where nothing is left.',
          });
        }
      },
    },
    {
      id: 'prometheus.history',
      title: 'The history survives a new container',
      kind: 'live',
      asks: ['prometheus'],
      ofContainers: true,
      needs: ['prometheus.numbers'],
      async run(step) {
        const { seenAt } = await knownTraffic(step, INTERVAL);
        const recreate = ['up', '--detach', '--no-deps', '--force-recreate', 'prometheus'];
        await step.stack.compose(...recreate);
        const { waitFor } = await import('../../shared/stack/index.ts');
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

const expression = (step: StepUnderTest, name: string) =>
  String(step.files.yaml(QUERIES).get([name]));

const whereIs = (step: StepUnderTest, name: string) => step.files.yaml(QUERIES).where([name]);

interface Question {
  /** An expression with the right answer. */
  right: string;
  expected: string;
  hint: string;
}

/** The learner's expression must give the same numbers as a right one at the same moment, however it is spelled. */
async function expectSameAnswer(
  step: StepUnderTest,
  name: string,
  { right, expected, hint }: Question,
) {
  const { seenAt } = await knownTraffic(step, INTERVAL);
  const wanted = await answersAt(step, right, seenAt);
  const given = await answersAt(step, expression(step, name), seenAt);
  const key = (labels: Record<string, string>) => labels.status_code ?? '';
  const same = wanted.every(({ labels, value }) => {
    const answer = given.find((it) => wanted.length === 1 || key(it.labels) === key(labels));
    return answer && Math.abs(answer.value - value) <= TOLERANCE * value;
  });
  if (same && given.length === wanted.length) return;
  const byStatus = given.map(({ labels, value }) => [key(labels), value] as const);
  const shown = name === 'resident_memory' ? 'another number' : readable(given[0]?.value);
  fail({
    expected,
    actual:
      given.length === 0
        ? 'no answer at all'
        : given.length > 1
          ? `${given.length} numbers${
              key(given[0]?.labels ?? {}) &&
              `, for status_code ${byStatus
                .map(([code]) => code)
                .sort()
                .join(', ')}`
            }`
          : shown,
    where: whereIs(step, name),
    hint,
  });
}

/** Short, and the same on every machine: times differ by milliseconds. */
const readable = (value = Number.NaN): string => String(Number(value.toFixed(1)));
