import { setTimeout as pause } from 'node:timers/promises';
import {
  expectDashboardsServed,
  expectNumbersInGrafana,
} from '../../verify/expect/grafana/index.ts';
import { evaluate, waitFor, waitOrLook } from '../../verify/expect/index.ts';
import { asList, expectThat, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { sloQueries } from './panels.ts';
import { burnAlert, indicator, PAGE, recordingRules } from './rules.ts';

/** The outage: so many requests a second for a route that fails, until the message is there. */
const PER_SECOND = 20;

/** As many requests as the guard of the lesson asks for. */
const ENOUGH = 100;

/** Waits are this much longer than the bounds, so that a late message is seen and called late. Seconds. */
const MARGIN = 5;

/** One outage of the real app. */
export const live: Check[] = defineTopic({ kind: 'live' }, [
  {
    id: 'recorded.data',
    title: 'Every recorded series has data, soon after an outage of the real app begins',
    task: 2,
    run: expectData,
  },
  {
    id: 'page.arrives',
    title: `The outage raises ${PAGE.name}, and its message is in the inbox, in time`,
    needs: ['recorded.data'],
    run: expectPage,
  },
  {
    id: 'grafana.slo',
    title: 'Grafana has every dashboard, and its panels get their numbers',
    task: 7,
    needs: ['page.arrives'],
    async run(step) {
      await expectDashboardsServed(step);
      const queries = sloQueries(step).map(({ query }) => query);
      await expectNumbersInGrafana(step, queries);
    },
  },
]);

/** An outage on its way; `startedAt` in seconds since 1970, by the containers' clock. */
interface Outage {
  startedAt: number;
  lastMessageId: number;
  /** How long it took until there were enough failures; a busy app answers fewer a second. */
  secondsToEnough(): number;
  end(): void;
}

/** Once in a judgement: sends requests that fail, and goes on until it is told to end. */
const outageOf = (step: StepUnderTest): Promise<Outage> =>
  step.once('outage', async () => {
    const { stack } = step;
    // Containers that stayed up still know the outage of the judgement before, and who was told about it is not told again.
    // So do their volumes, and a Prometheus that has just been made anew says of each alert that it is inactive.
    const raised = `count_over_time(ALERTS{alertname="${PAGE.name}"}[1h])`;
    if ((await stack.prometheus.query(raised)).length > 0) await stack.startAnew();
    const lastMessageId = (await stack.inbox.messages()).at(-1)?.id ?? 0;
    const url = `${await stack.url('app')}/fail`;
    const startedAt = await stack.prometheus.now();
    const begin = Date.now();
    let isOver = false;
    let answered = 0;
    let enoughAt: number | undefined;
    // Ends by itself if the judgement is interrupted.
    const latest = begin + 120_000;
    void (async () => {
      while (!isOver && Date.now() < latest) {
        const answers = Array.from({ length: PER_SECOND / 4 }, () => fetch(url));
        await Promise.allSettled([
          ...answers.map(async (it) => (await it).arrayBuffer()),
          pause(250),
        ]);
        answered += answers.length;
        if (answered >= ENOUGH) enoughAt ??= Date.now();
      }
    })();
    const end = () => {
      isOver = true;
    };
    const secondsToEnough = () => ((enoughAt ?? Date.now()) - begin) / 1_000;
    return { startedAt, lastMessageId, secondsToEnough, end };
  });

/** @throws CheckFailure at the first recorded series without a number */
async function expectData(step: StepUnderTest): Promise<void> {
  const { end } = await outageOf(step);
  const { scrapeInterval, evaluationInterval } = await step.stack.alert(PAGE.name).timing();
  for (const rule of recordingRules(step)) {
    const series = await waitFor({
      what: `data in ${rule.record}`,
      withinSeconds: 3 * scrapeInterval + 2 * evaluationInterval + MARGIN,
      look: async () =>
        (await evaluate(step, rule.record)).filter(({ value }) => !Number.isNaN(value)),
      until: ({ length }) => length > 0,
    }).catch(() => []);
    if (series.length === 0) end();
    const missing = await missingMetric(step);
    expectThat(series.length > 0, {
      expected: `a number in ${rule.record}, while the app answers requests`,
      actual: missing ? `none: Prometheus has no series ${missing}` : 'none',
      where: missing ? placeOfLoss(step) : rule.where('expr'),
      hint: missing
        ? 'What metric_relabel_configs or a limit drops is never stored, and a rule that finds no series is silent for ever.'
        : 'Ask for each part of the expression alone at http://localhost:9090. Which one returns nothing?',
    });
  }
}

/** The series that the indicator is made of, if it is not there. */
async function missingMetric(step: StepUnderTest): Promise<string | undefined> {
  const expression = String(indicator(step, '1h').get('expr'));
  const names = [...new Set(expression.match(/\bhttp_request\w+/g) ?? [])];
  const found = await Promise.all(
    names.map((name) => evaluate(step, `count({__name__="${name}"})`)),
  );
  return names.find((_, index) => found[index]?.length === 0);
}

/** Where a scrape job says what is dropped; else the first job. */
function placeOfLoss(step: StepUnderTest): string {
  const { file } = readSettings(step, 'prometheus');
  const places = [...asList(file.get(['scrape_configs'])).keys()].flatMap((index) =>
    ['metric_relabel_configs', 'sample_limit', 'body_size_limit'].map((key) => [
      ...['scrape_configs', index, key],
    ]),
  );
  return file.where(places.find((place) => file.get(place) !== undefined) ?? ['scrape_configs']);
}

/** @throws CheckFailure when the message does not come within the bound that follows from the files */
async function expectPage(step: StepUnderTest): Promise<void> {
  const { messageBounds } = await import('../../stack/index.ts');
  const { startedAt, lastMessageId, secondsToEnough, end } = await outageOf(step);
  const alert = step.stack.alert(PAGE.name);
  const timing = await alert.timing();
  // A young Prometheus has only minutes of history, and both windows see these. So the threshold is crossed when there
  // are enough requests, and when the second scrape has made a rate of them; a recording rule of another group may be
  // one evaluation late.
  const rise = timing.scrapeInterval + timing.evaluationInterval + messageBounds(timing).most;
  const most = secondsToEnough() + rise;
  const messages = await waitOrLook(
    startedAt + most + MARGIN - (await step.stack.prometheus.now()),
    `a message about ${PAGE.name}`,
    () => step.stack.inbox.messages(lastMessageId),
    (seen) => seen.some(isAboutPage),
  ).finally(end);
  const message = messages.find(isAboutPage);
  const { state } = await alert.state();
  const isInTime = message && Date.parse(message.receivedAt) / 1_000 - startedAt <= most;
  expectThat(isInTime, {
    expected: `a message that ${PAGE.name} fires, at most ${rise} s after the first ${ENOUGH} failures`,
    actual: message ? 'it came later' : `no such message; in Prometheus the alert is ${state}`,
    where: state === 'firing' ? placeOfRoutes(step) : burnAlert(step, PAGE).where('expr'),
    hint:
      state === 'firing'
        ? 'It has reached Alertmanager, which sends it where its labels lead. Until step 8 all alerts go to the receiver slack, whatever their severity.'
        : 'Ask for each side of the expression at http://localhost:9090 while requests fail: which one returns nothing?',
  });
}

/** Where child routes begin, which may lead elsewhere; else the receiver of all. */
function placeOfRoutes(step: StepUnderTest): string {
  const { file } = readSettings(step, 'alertmanager');
  return file.where(file.get(['route', 'routes']) ? ['route', 'routes'] : ['route', 'receiver']);
}

const isAboutPage = ({ title, text }: { title?: string | null; text?: string | null }): boolean =>
  /firing/i.test(`${title}`) && `${title} ${text}`.includes(PAGE.name);
