import type { FiringAlert } from '../../verify/expect/index.ts';
import { expectRulesLoad } from '../../verify/expect/play/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectMoment, LITTLE, type Moment, OF_PAGE, OF_TICKET } from './moments.ts';
import { type Hours, playAlerts, playedAlerts } from './played.ts';
import { BUDGET, BURN_ALERTS, type BurnAlert, burnAlert, PAGE, percent, TICKET } from './rules.ts';

/** What the alerts do in hours that are made up, told by promtool. */
export const burning: Check[] = [
  ...alertChecks(PAGE, OF_PAGE),
  ...alertChecks(TICKET, OF_TICKET),
  ...defineTopic({ kind: 'tool', task: 3, needs: ['page.burns', 'ticket.burns'] }, [
    {
      id: 'alerts.little-traffic',
      title: 'With little or no traffic both alerts are silent',
      run: expectPatience,
    },
  ]),
];

function alertChecks(alert: BurnAlert, moments: Moment[]): Check[] {
  return defineTopic({ kind: 'tool', task: alert.task }, [
    {
      id: `${alert.id}.burns`,
      title: `${alert.name} fires when the budget burns ${alert.factor} times too fast, and only then`,
      needs: ['indicator.history', `${alert.id}.windows`, `${alert.id}.for`],
      run: (step) => expectMoments(step, alert, moments),
    },
    {
      id: `${alert.id}.texts`,
      title: `${alert.name} says which job, and how bad it is`,
      needs: [`${alert.id}.burns`, `${alert.id}.parts`],
      async run(step) {
        // Not the numbers of the lesson, which a text may hold as they are.
        const [steady, share, rising] =
          alert === PAGE
            ? (['above74', 0.074, 'evening'] as const)
            : (['above31', 0.031, 'trickle'] as const);
        const firstOf = async (hours: Hours) =>
          (await playAlerts(step, hours, alert.name))[0] ?? [];
        expectTexts(step, alert, await firstOf(steady), share);
        expectLongWindow(step, alert, await firstOf(rising));
      },
    },
  ]);
}

async function expectMoments(step: StepUnderTest, alert: BurnAlert, moments: Moment[]) {
  // Some rules fail only with the series of some hours.
  await expectRulesLoad(step, playedAlerts(step), 'prometheus/slo-rules.yaml');
  for (const moment of moments) {
    const alerts = (await playAlerts(step, moment.hours, alert.name))[moment.at] ?? [];
    const kept =
      'keep_firing_for goes on although the expression is false. When it is over, people must be told that it is.';
    expectMoment(burnAlert(step, alert), alerts, moment, kept);
  }
}

async function expectPatience(step: StepUnderTest): Promise<void> {
  for (const [hours, what] of LITTLE) {
    for (const alert of BURN_ALERTS) {
      const alerts = (await playAlerts(step, hours, alert.name)).flat();
      expectThat(alerts.length === 0, {
        expected: `silent ${what}, in ${alert.name}`,
        actual: 'firing',
        where: burnAlert(step, alert).where('expr'),
        hint: 'Of few requests one is a large share. Let the alert also ask how many came in its long window, with `and` and a number that a handful cannot reach. 0 / 0 is not a number, which is above nothing; what stands in for it may be.',
      });
    }
  }
}

/** @param share of bad requests, which the description must say: as a share in percent, or as a multiple of the budget */
function expectTexts(
  step: StepUnderTest,
  alert: BurnAlert,
  [first]: FiringAlert[],
  share: number,
): void {
  const { where } = burnAlert(step, alert);
  const { labels = {}, annotations = {} } = first ?? {};
  const texts = `${annotations.summary} ${annotations.description}`;
  const empty = Object.entries(annotations).find(([, text]) =>
    /<no value>|<error|error expanding/.test(text),
  );
  expectThat(!empty && labels.job === 'web' && texts.includes('web'), {
    expected: 'the label job="web", and texts that name it',
    actual: empty ? empty.join(': ') : `${JSON.stringify(labels)}: ${texts}`,
    where: where('annotations', empty?.[0] ?? 'summary'),
    hint: 'A template sees only the labels that the expression keeps: {{ $labels.job }} is there when every sum is by (job).',
  });
  expectThat(isSaid(texts, share, 0.02), {
    expected: `how bad it is, in the texts: ${inNumbers(share)}`,
    actual: texts,
    where: where('annotations', 'description'),
    hint: '$value is what the left side of the comparison comes to. {{ $value | humanizePercentage }} writes 0.04 as 4%; humanize would write 40m, with m for thousandths.',
  });
}

/** In the windows of an alert that grow worse: 250 of 300 requests in the long one, and all of those in the short one. */
const RISEN = 250 / 300;

/** @throws CheckFailure when what the texts say is the share of the short window */
function expectLongWindow(step: StepUnderTest, alert: BurnAlert, [first]: FiringAlert[]): void {
  const { get, where } = burnAlert(step, alert);
  const { summary, description } = first?.annotations ?? {};
  const texts = `${summary} ${description}`;
  const [long, short] = alert.windows;
  // Who asks Prometheus in the text itself may have another number, at the end of the same hours.
  const asksItself = /\bquery\b/.test(`${Object.values(Object(get('annotations')))}`);
  expectThat(asksItself || isSaid(texts, RISEN, 0.05) || !isSaid(texts, 1, 0.05), {
    expected: `the share of ${long}, in the texts: ${inNumbers(RISEN)}, while all requests of the last ${short} failed`,
    actual: texts,
    where: where('expr'),
    hint: `$value is what the left side of \`and\` comes to. Let the comparison of ${long} stand first: that is what the alert is about.`,
  });
}

const inNumbers = (share: number): string =>
  `${percent(share)}, or ${Number((share / BUDGET).toFixed(1))} times`;

/** Whether a text has this share of bad requests in it, in percent or as a multiple of the budget. */
function isSaid(text: string, share: number, tolerance: number): boolean {
  const numbers = [...text.matchAll(/(-?\d+(?:\.\d+)?)(?:[eE][-+]?\d+)?(\s?%)?/g)];
  return numbers.some(([whole, digits, unit]) => {
    if (whole.includes('e')) return false;
    const wanted = unit ? 100 * share : share / BUDGET;
    return Math.abs(Number(digits) - wanted) <= wanted * tolerance;
  });
}
