import { waitOrLook } from '../../verify/expect/index.ts';
import { expectThat, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { scrapeJobs } from '../09-discovery/scrape-jobs.ts';
import { PAIRS, PORTS, WATCHERS } from './pairs.ts';

/** Until a scrape has been, and an Alertmanager knows the other one. Seconds. */
const PATIENCE = 20;

/** Both Prometheus see every watcher, and each Alertmanager counts two. @throws CheckFailure */
export async function expectWatchersUp(step: StepUnderTest): Promise<void> {
  const { prometheus } = step.stack;
  const ports = WATCHERS.map(([, port]) => port);
  const look = async () => {
    const targets = (await prometheus.targets()).filter(({ scrapeUrl }) =>
      ports.includes(Number(new URL(scrapeUrl).port)),
    );
    const members = await prometheus.query('alertmanager_cluster_members');
    return { targets, members: members.map(({ value }) => Number(value[1])) };
  };
  const isUp = ({ health }: { health: string }) => health === 'up';
  const isCluster = ({ members }: { members: number[] }) =>
    members.length === 2 && members.every((count) => count === 2);
  const seen = await waitOrLook(
    PATIENCE,
    'all watchers to be up',
    look,
    (it) => it.targets.length >= WATCHERS.length && it.targets.every(isUp) && isCluster(it),
  );
  const down = seen.targets.find((it) => !isUp(it));
  const job = scrapeJobs(step).find(({ name }) => name === down?.labels.job);
  expectThat(!down, {
    expected: 'every server that watches up',
    actual: `${down?.labels.instance} is ${down?.health}: ${down?.lastError.replaceAll(/\d+(\.\d+){3}/g, '…')}`,
    where: job?.where() ?? '',
    hint: 'http://localhost:9090/targets shows every target with the address that is scraped, and what went wrong.',
  });
  const second = step.compose().service(PAIRS.alertmanager[1]);
  expectThat(isCluster(seen), {
    expected: 'two members, counted by both Alertmanagers',
    actual: seen.members.join(' and ') || 'no series alertmanager_cluster_members',
    where: second.where('command'),
    hint: `Both must have the same cluster settings, and reach each other's port ${PORTS.cluster}. docker compose logs alertmanager-2 says what they say to each other.`,
  });
}

/** The store has a series for each instance of the app, once. @throws CheckFailure */
export async function expectFilled(step: StepUnderTest): Promise<void> {
  const series = await waitOrLook(
    PATIENCE,
    'the first samples in the store',
    () => step.stack.store.samples('up{job="web"}[1m]'),
    ({ length }) => length > 0,
  );
  const where = readSettings(step, 'prometheus').file.where(['remote_write', 0]);
  expectThat(series.length > 0, {
    expected: 'series up{job="web"} in the store',
    actual: 'none',
    where,
    hint: 'http://localhost:8428/vmui shows what the store has, and docker compose logs prometheus what could not be sent, and why.',
  });
  const instances = new Set(series.map(({ metric }) => metric.instance));
  expectThat(instances.size === series.length, {
    expected: 'one series up for each instance',
    actual: `${series.length} for ${instances.size} instances`,
    where,
    hint: 'VictoriaMetrics removes duplicates within one series, and a series is all of its labels.',
  });
}
