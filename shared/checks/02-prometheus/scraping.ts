// What the running Prometheus collects, and keeps.
import { evaluate, waitFor } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { knownTraffic } from './known-traffic.ts';
import { placeOfComplaint, placeOfCount, placeOfError } from './places.ts';
import { configInContainer, findJob, prometheus, readConfig } from './read-config.ts';

export const scraping = defineTopic({ kind: 'live', task: 4 }, [
  {
    id: 'prometheus.promtool',
    title: 'promtool, which comes with Prometheus, finds no mistake',
    asks: ['prometheus'],
    async run(step) {
      knownTraffic(step);
      const path = configInContainer(prometheus(step));
      const args = ['promtool', 'check', 'config', path];
      const { exitCode, stderr } = await step.stack.exec('prometheus', args);
      const complaint = exitCode ? stderr.trim().split('\n').slice(-5).join('\n') : undefined;
      expectThat(complaint === undefined, {
        expected: 'promtool check config to say SUCCESS',
        actual: complaint ?? '',
        where: placeOfComplaint(step, complaint ?? ''),
        hint: 'promtool checks also the files that the configuration names. Run it yourself: docker compose exec prometheus promtool check config and the path.',
      });
    },
  },
  {
    id: 'prometheus.targets-up',
    title: 'Both targets are up',
    async run(step) {
      await knownTraffic(step);
      const targets = await targetsWhenUp(step);
      for (const name of JOBS) {
        const target = targets.find(({ labels }) => labels.job === name);
        if (target?.health === 'up') continue;
        fail({
          expected: `the job ${name} is up`,
          actual: `${target?.scrapeUrl}: ${target?.lastError}`,
          where: placeOfError(step, name, target?.lastError ?? ''),
          hint: 'Prometheus asks http://TARGET/metrics unless the job says otherwise. The page Status > Target health shows the same error.',
        });
      }
    },
  },
  {
    id: 'prometheus.label-in-effect',
    title: 'What leaves Prometheus carries monitor="workshop"',
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
          findJob(readConfig(step), line?.match(/job="([^"]*)"/)?.[1] ?? '')?.where ??
          readConfig(step).where(['global', 'external_labels', 'monitor']),
        hint: "An external label is added only where a series has no label of that name, so a target's own label hides it.",
      });
    },
  },
  {
    id: 'prometheus.numbers',
    title: "Prometheus's numbers equal the traffic that was sent",
    needs: ['prometheus.targets-up'],
    async run(step) {
      const { totals, seenAt } = await knownTraffic(step);
      const counted = 'sum by (status_code) (http_requests_total{job="web"})';
      const answers = await evaluate(step, counted, seenAt);
      for (const [code, sent] of Object.entries(totals)) {
        const stored = answers.find(({ labels }) => labels.status_code === code)?.value ?? 0;
        if (stored === sent) continue;
        fail({
          expected: `as many requests with status ${code} as were sent`,
          actual: stored > sent ? 'more' : stored > 0 ? 'fewer' : 'none',
          where: await placeOfCount(step, code, sent),
          hint: 'The job must keep the series of http_requests_total, and the app must count each request once and no scrape. Step 1 judges the app: npm run verify:step-1',
        });
      }
    },
  },
]);

/** The last checks, because the container of Prometheus is another one afterwards. */
export const history = defineTopic({ kind: 'live', task: 2, needs: ['prometheus.numbers'] }, [
  {
    id: 'prometheus.history',
    title: 'The history survives a new container',
    asks: ['prometheus'],
    ofContainers: true,
    async run(step) {
      const { seenAt } = await knownTraffic(step);
      const recreate = ['up', '--detach', '--no-deps', '--force-recreate', 'prometheus'];
      await step.stack.compose(...recreate);
      const remembered = await waitFor({
        what: 'the new Prometheus to answer',
        withinSeconds: 60,
        look: () => evaluate(step, 'sum(http_requests_total{job="web"})', seenAt),
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
]);

const JOBS = ['prometheus', 'web'];

/** A busy machine may lose a scrape. Seconds. */
const LOST = 3;

/** How long it may take until the first one. Seconds. */
const FIRST = 20;

/** The targets, both up; or what they are when each was asked for some seconds. */
async function targetsWhenUp(step: StepUnderTest) {
  const look = () => step.stack.prometheus.targets();
  const enough = Date.now() + LOST * 1_000;
  return waitFor({
    what: 'both targets to be up',
    withinSeconds: FIRST,
    look,
    until: (targets) =>
      JOBS.every((name) => {
        const found = targets.filter(({ labels }) => labels.job === name);
        const wasAsked = found.every(({ health }) => health !== 'unknown');
        return found.some(({ health }) => health === 'up') || (wasAsked && Date.now() > enough);
      }),
  }).catch(look);
}
