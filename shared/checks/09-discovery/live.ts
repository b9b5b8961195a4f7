import { evaluate, waitOrLook } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { INSTANCES, incident, MARGIN, nameOf, repair, scaleTo, targets } from './incident.ts';
import { expectReport } from './live-report.ts';
import { expectContainers, expectDisks, expectPages, expectTargets } from './live-targets.ts';
import { PASSED_ON, probeJob, refreshInterval, webJob } from './scrape-jobs.ts';

/** The real containers: one instance is taken away, one crashes, one breaks its page, and the report runs. */
export const live: Check[] = defineTopic({ kind: 'live' }, [
  {
    id: 'targets.up',
    title: `Every target is up, ${INSTANCES} of them instances of the app`,
    run: expectTargets,
  },
  {
    id: 'probe.succeeds',
    title: 'The page of every instance works when it is asked from outside',
    task: 2,
    needs: ['targets.up'],
    run: expectPages,
  },
  {
    id: 'machine.data',
    title: 'Prometheus has the free space of the file systems of the machine',
    task: 3,
    needs: ['targets.up'],
    separate: true,
    run: expectDisks,
  },
  {
    id: 'instances.told',
    title:
      'An instance that is taken away is no target any more, and InstanceDown tells of the one that crashed',
    task: 1,
    needs: ['probe.succeeds'],
    async run(step) {
      await expectFollowed(step);
      await expectTold(step);
    },
  },
  {
    id: 'report.kept',
    title: 'The report is run, fails, and is forgotten: Prometheus knows the last success',
    task: 5,
    needs: ['targets.up'],
    concurrent: true,
    run: expectReport,
  },
  {
    id: 'probe.sees',
    title: 'A page that fails is seen while its instance is up, and seen again when it works',
    task: 2,
    needs: ['instances.told'],
    run: expectSeen,
  },
  {
    id: 'containers.measured',
    title: 'cAdvisor, where its image is available, measures the containers',
    needs: ['targets.up'],
    separate: true,
    run: expectContainers,
  },
]);

async function expectFollowed(step: StepUnderTest): Promise<void> {
  const { taken } = await incident(step);
  const job = webJob(step);
  const most = PASSED_ON + (job ? refreshInterval(job) : 0);
  const follow = async (count: number, what: string) => {
    const seen = await waitOrLook(
      most + MARGIN,
      what,
      async () => (await targets(step)).filter(({ labels }) => labels.job === 'web').map(nameOf),
      (names) => names.length === count && (count === INSTANCES || !names.includes(taken)),
    );
    const isGone = count === INSTANCES || !seen.includes(taken);
    expectThat(seen.length === count && isGone, {
      expected: `${count} targets of the job web, at most ${most} s after ${what}`,
      actual: isGone ? `${seen.length}` : `${seen.length}, with the one that was taken away`,
      where: job?.where('dns_sd_configs') ?? '',
      hint: 'Prometheus asks DNS again after each refresh_interval, and goes by the answer some seconds later. What else gives targets to this job does not follow.',
    });
  };
  await follow(INSTANCES - 1, 'one was taken away');
  await scaleTo(step, INSTANCES);
  await follow(INSTANCES, 'one was added');
}

/** The instances for which an alert fires, as soon as this one is among them. @param at when its reason began */
async function firesFor(step: StepUnderTest, name: string, instance: string, at: number) {
  const { stack } = step;
  const { scrapeInterval, evaluationInterval, holdFor } = await stack.alert(name).timing();
  const latest = at + scrapeInterval + 2 * evaluationInterval + holdFor;
  return waitOrLook(
    latest + MARGIN - (await stack.prometheus.now()),
    `${name} to fire for ${instance}`,
    async () =>
      (await stack.prometheus.alerts())
        .filter(({ labels, state }) => labels.alertname === name && state === 'firing')
        .map(nameOf),
    (names) => names.includes(instance),
  );
}

/** How long the program of an instance may take until it answers. */
const START_SECONDS = 60;

const ROLES = ['the one that crashed', 'the one that was taken away', 'no instance'];

async function expectTold(step: StepUnderTest): Promise<void> {
  const { crashed, taken, at } = await incident(step);
  const roles = [crashed, taken, ''];
  const firing = await firesFor(step, 'InstanceDown', crashed, at);
  // Not what fired before, while the containers started.
  const since = Math.max(1, Math.ceil((await step.stack.prometheus.now()) - at));
  const ever = await evaluate(
    step,
    `count by (instance) (count_over_time(ALERTS{alertname="InstanceDown", alertstate="firing"}[${since}s]))`,
  );
  const names = [...new Set([...firing, ...ever.map(nameOf)])];
  expectThat(names.length === 1 && names[0] === crashed, {
    expected: 'InstanceDown for the instance that crashed, and not for the one that was taken away',
    actual: names.length
      ? `it fires for ${names.map((name) => ROLES[roles.indexOf(name)] ?? 'another one').join(', ')}`
      : 'it does not fire',
    where: step.files.find('prometheus/alert-rules.yaml', /alert: InstanceDown/),
    hint: 'A target that DNS still names, and that does not answer, has up == 0. One that DNS names no longer has no `up` at all.',
  });
}

async function expectSeen(step: StepUnderTest): Promise<void> {
  const { broken, at } = await incident(step);
  const job = probeJob(step);
  const firing = await firesFor(step, 'ProbeFailed', broken, at);
  const isUp = ([up]: { value: number }[]) => up?.value === 1;
  const look = () => evaluate(step, `up{job="web", instance="${broken}"}`);
  // A machine that is busy may answer one scrape too late.
  const [up] = await waitOrLook(2 * MARGIN, 'up', look, isUp);
  expectThat(up?.value === 1 && firing.includes(broken), {
    expected: 'ProbeFailed for the instance whose page answers 500, while its up is 1',
    actual: `up is ${up?.value}, and ProbeFailed ${firing.length ? 'fires only for the one that crashed' : 'does not fire'}`,
    where: job?.where() ?? '',
    hint: 'Ask the exporter itself what it sees: http://localhost:9115/probe?module=http_2xx&debug=true&target=http://app:8080/fail',
  });
  await repair(step);
  await expectPages(step, START_SECONDS);
}
