import { evaluate, waitFor, waitOrLook } from '../../verify/expect/index.ts';
import { CheckSkipped, expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { INSTANCES, MARGIN, scaleTo, targets } from './incident.ts';
import { PASSED_ON, probeJob, refreshInterval, scrapeJobs, webJob } from './scrape-jobs.ts';

export async function expectTargets(step: StepUnderTest): Promise<void> {
  const job = webJob(step);
  await scaleTo(step, INSTANCES);
  const { down, found } = await waitOrLook(
    PASSED_ON + (job ? refreshInterval(job) : 0) + MARGIN,
    'all targets to be up',
    async () => {
      const seen = await targets(step);
      return {
        down: seen.find(({ health }) => health !== 'up'),
        found: seen.filter(({ labels }) => labels.job === 'web').length,
      };
    },
    ({ down, found }) => !down && found === INSTANCES,
  );
  const jobOf = (name = '') => scrapeJobs(step).find((it) => it.name === name);
  expectThat(!down && found === INSTANCES, {
    expected: `every target up, and ${INSTANCES} of the job web`,
    actual: down
      ? `one of the job ${down.labels.job} is ${down.health}: ${withoutAddresses(down.lastError)}`
      : `${found} of the job web`,
    where: jobOf(down?.labels.job ?? 'web')?.where() ?? '',
    hint: 'http://localhost:9090/targets shows every target with the address that is scraped, and what went wrong.',
  });
}

/** They are others in each project. */
const withoutAddresses = (text: string): string => text.replaceAll(/\d+(\.\d+){3}/g, '…');

/** Every probe succeeds, after so many seconds at most. @throws CheckFailure */
export async function expectPages(step: StepUnderTest, within = 2 * MARGIN): Promise<void> {
  const left = await waitOrLook(
    within,
    'all probes to succeed',
    () => evaluate(step, 'probe_success'),
    (series) => series.length > 0 && series.every(({ value }) => value === 1),
  );
  const failing = left.filter(({ value }) => value !== 1);
  expectThat(left.length > 0 && failing.length === 0, {
    expected: 'probe_success 1 for every instance, while its page answers 200',
    actual: left.length ? `0 for ${failing.length} of ${left.length}` : 'no series probe_success',
    where: probeJob(step)?.where() ?? '',
    hint: 'Ask the exporter what it sees: http://localhost:9115/probe?module=http_2xx&debug=true&target=http://app:8080/',
  });
}

export async function expectDisks(step: StepUnderTest): Promise<void> {
  // A machine that is busy may answer one scrape too late.
  const series = await waitOrLook(
    2 * MARGIN,
    'the free space of a disk',
    () => evaluate(step, 'node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs"}'),
    ({ length }) => length > 0,
  );
  expectThat(series.length > 0, {
    expected: 'series node_filesystem_avail_bytes of a disk',
    actual: 'none',
    where: step.compose().service('node-exporter').where('command'),
    hint: 'A collector that is switched off, or leaves out every file system, measures nothing, and a rule that finds no series is silent for ever.',
  });
}

/** @throws CheckFailure; CheckSkipped where the image is not available */
export async function expectContainers(step: StepUnderTest): Promise<void> {
  const { ensureImages, whyNot } = await import('../../images/index.ts');
  const service = step.compose().service('cadvisor');
  const [image] = await ensureImages([service.image]);
  if (image?.unavailable) throw new CheckSkipped('cadvisor-image', { reason: whyNot(image) });
  await step.stack.compose('--profile', 'cadvisor', 'up', '--detach', '--no-deps', 'cadvisor');
  await waitFor({
    what: 'the memory of the containers',
    withinSeconds: 60,
    look: () => evaluate(step, 'container_memory_usage_bytes{image!=""}'),
    until: ({ length }) => length > 0,
  }).catch(() =>
    fail({
      expected: 'series container_memory_usage_bytes, within a minute',
      actual: 'none',
      where: service.where(),
      hint: 'docker compose --profile cadvisor logs cadvisor says what it cannot read.',
    }),
  );
}
