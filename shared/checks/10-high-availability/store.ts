import { parseDuration } from '../../duration.ts';
import { prometheusSource } from '../../verify/expect/grafana/index.ts';
import {
  expectHealthcheck,
  expectNamedVolume,
  expectPort,
  expectShared,
  expectTogether,
} from '../../verify/expect/index.ts';
import {
  asList,
  type ComposeService,
  describeValue,
  expectThat,
  flagPlace,
  flagValue,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { addedService, PAIRS, PORTS, STORE, servicesCalled } from './pairs.ts';
import { relabelled } from './relabelled.ts';
import { expectAlike } from './told.ts';

/** The store keeps what both send, once, and Grafana asks it. */
export const store: Check[] = [
  ...defineTopic({ kind: 'static', task: 4 }, [
    {
      id: 'store.service',
      title: 'VictoriaMetrics runs, with its data on a volume, and no more rights than the others',
      needs: ['compose.parses'],
      run: expectService,
    },
    {
      id: 'store.duplicates',
      title: 'Of two samples within one scrape interval the store keeps one',
      needs: ['store.service', 'prometheus.settings'],
      run: expectDuplicatesRemoved,
    },
  ]),
  ...defineTopic({ kind: 'static', task: 5 }, [
    {
      id: 'store.written',
      title: 'Both Prometheus send to the store what they collect',
      needs: ['store.service', 'prometheus.settings'],
      run: expectWritten,
    },
    {
      id: 'store.patience',
      title: 'What cannot be sent for a minute is not thrown away',
      needs: ['store.written'],
      run: expectKeptWaiting,
    },
    {
      id: 'store.same',
      title: 'The same series of both Prometheus is one series for the store',
      kind: 'tool',
      needs: ['store.written', 'replicas.load'],
      run: async (step) => expectAlike(step, 'remote_write', await relabelled(step)),
    },
  ]),
  ...defineTopic({ kind: 'static', task: 6 }, [
    {
      id: 'grafana.store',
      title: 'Grafana asks the store',
      needs: ['store.service'],
      run: expectAsked,
    },
  ]),
];

function expectService(step: StepUnderTest): void {
  const compose = step.compose();
  const service = addedService(step, STORE);
  expectThat(service.isPinned, {
    expected: 'image: victoriametrics/victoria-metrics with an exact version as its tag',
    actual: `image: ${describeValue(service.get('image') ?? 'not there')}`,
    where: service.where('image'),
    hint: 'Without an exact version everybody gets what was newest on the day of the download.',
  });
  expectShared(service);
  const folder = flagValue(service, 'storageDataPath') ?? 'victoria-metrics-data';
  expectNamedVolume(
    compose,
    service,
    folder.startsWith('/') ? folder : `/${folder}`,
    'Everything that was ever collected is here. Without a volume it goes with the container.',
  );
  expectPort(service, PORTS.store, `VICTORIA_METRICS_PORT:-${PORTS.store}`);
  for (const other of [...PAIRS.prometheus, 'grafana']) expectTogether(compose, other, STORE);
  expectHealthcheck(
    service,
    'Without a healthcheck the store counts as fine from the first moment, before it answers anybody.',
  );
  for (const flag of FLAGS) expectSet(service, flag);
}

/** A flag whose default is not what is asked for. */
interface Flag {
  name: string;
  wanted: string;
  isRight(given: string): boolean;
  hint: string;
}

const FLAGS: Flag[] = [
  {
    name: 'retentionPeriod',
    wanted: '1y',
    // A number alone counts months. What it cannot read the server refuses itself.
    isRight: (given) =>
      given !== '' && !(Number(given) <= 1) && !(parseDuration(given) <= 31 * 86_400),
    hint: 'It says how long the store keeps what it has. By default that is a month, which 1 without a unit means as well, and then the past is gone.',
  },
  {
    name: 'search.latencyOffset',
    wanted: '5s',
    isRight: (given) => parseDuration(given) <= 5,
    hint: 'Answers show nothing newer than this, because samples may be on their way. By default that is 30 s, and Prometheus sends at least every 5 s.',
  },
];

function expectSet(service: ComposeService, { name, wanted, isRight, hint }: Flag): void {
  const given = flagValue(service, name);
  expectThat(given !== undefined && isRight(given), {
    expected: `--${name}=${wanted}`,
    actual: given === undefined ? `no --${name}` : `--${name}=${given}`,
    where: flagPlace(service, name),
    hint,
  });
}

const DEDUP = 'dedup.minScrapeInterval';

function expectDuplicatesRemoved(step: StepUnderTest): void {
  const service = step.compose().service(STORE);
  const { file } = readSettings(step, 'prometheus');
  const scrape = String(file.get(['global', 'scrape_interval']) ?? '1m');
  const given = flagValue(service, DEDUP);
  expectThat(given !== undefined && parseDuration(given) === parseDuration(scrape), {
    expected: `--${DEDUP}=${scrape}, the scrape interval of both Prometheus`,
    actual: given === undefined ? `no --${DEDUP}, so nothing is removed` : `--${DEDUP}=${given}`,
    where: flagPlace(service, DEDUP),
    hint: 'Of all samples of a series within this interval the last one stays. Without it, or with a shorter one, each is stored twice; with a longer one, samples are lost that only one of the two has.',
  });
}

const URL_OF_STORE = `http://${STORE}:${PORTS.store}`;

/** Whether an address leads to the store, and to such a path there. */
function isOfStore(step: StepUnderTest, text: string, path: RegExp): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url?.protocol === 'http:' &&
    url.port === `${PORTS.store}` &&
    path.test(url.pathname) &&
    servicesCalled(step, url.hostname).includes(STORE)
  );
}

function expectWritten(step: StepUnderTest): void {
  const { file } = readSettings(step, 'prometheus');
  const urls = asList(file.get(['remote_write'])).map((it) => String(Object(it).url));
  const isRight = (url: string) => isOfStore(step, url, /^\/(prometheus\/)?api\/v1\/(write|push)$/);
  expectThat(urls.some(isRight), {
    expected: `remote_write: with url: ${URL_OF_STORE}/api/v1/write`,
    actual: urls.join(', ') || 'no remote_write',
    where: file.where(['remote_write', 0, 'url']),
    hint: 'Prometheus sends a copy of every sample to each url of remote_write. The store takes them at /api/v1/write, at the port in its container.',
  });
}

/** An outage of so many seconds must not make a gap. */
const OUTAGE = 60;

function expectKeptWaiting(step: StepUnderTest): void {
  const { file } = readSettings(step, 'prometheus');
  for (const index of asList(file.get(['remote_write'])).keys()) {
    const place = ['remote_write', index, 'queue_config', 'sample_age_limit'];
    const limit = file.get(place);
    expectThat(limit === undefined || !(parseDuration(limit) <= OUTAGE) || !parseDuration(limit), {
      expected: `no sample_age_limit, or one of more than ${OUTAGE}s`,
      actual: `sample_age_limit: ${limit}`,
      where: file.where(place),
      hint: 'While the store does not answer, samples wait on the disk of Prometheus, for two hours. Those that are older than the limit are thrown away when it answers again.',
    });
  }
}

function expectAsked(step: StepUnderTest): void {
  const { value, where } = prometheusSource(step);
  const isThere = isOfStore(step, `${value.url}`, /^\/(prometheus\/?)?$/);
  expectThat(isThere && value.type === 'prometheus', {
    expected: `type: prometheus, and url: ${URL_OF_STORE}`,
    actual: `type: ${value.type}, and url: ${value.url}`,
    where: where(isThere ? 'type' : 'url'),
    hint: 'Each Prometheus has gaps from when it did not run. The store has what either of them has seen, and answers the same questions in the same language.',
  });
}
