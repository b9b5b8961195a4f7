import type { AlertRule, FiringAlert } from '../../verify/expect/index.ts';
import { expectThat } from '../../verify/files/index.ts';
import type { Hours } from './played.ts';
import { BUDGET, type BurnAlert, PAGE, percent, TICKET } from './rules.ts';

/** A moment of hours that are played, and what must be there. */
export interface Moment<Name = Hours> {
  hours: Name;
  /** Which of the moments that were asked for. */
  at: number;
  fires: boolean;
  what: string;
  hint: string;
}

/**
 * @param alerts that fire at the moment
 * @param kept what to say of an alert that is told to go on
 * @throws CheckFailure unless there is one, or none, as must be
 */
export function expectMoment(
  rule: AlertRule,
  alerts: FiringAlert[],
  { fires, what, hint }: Pick<Moment, 'fires' | 'what' | 'hint'>,
  kept = hint,
): void {
  const isKept = !fires && rule.get('keep_firing_for') !== undefined;
  expectThat(alerts.length === Number(fires), {
    expected: `${fires ? 'firing' : 'silent'} ${what}`,
    actual: alerts.length > 1 ? `${alerts.length} alerts` : alerts.length ? 'firing' : 'silent',
    where: rule.where(isKept ? 'keep_firing_for' : 'expr'),
    hint: isKept ? kept : hint,
  });
}

const threshold = ({ factor }: BurnAlert): string =>
  `The factor is the part of the budget, times the 720 hours of 30 days, divided by the hours of the window. Times the budget of ${BUDGET} it is the share to compare with: ${factor} * ${BUDGET} is ${percent(factor * BUDGET)}.`;
const silent = ({ factor }: BurnAlert, seen: string): string =>
  `Both windows see ${seen}, which is above ${factor} * ${BUDGET}. Ask for each side alone: if both return a series, compare their labels. \`and\` keeps only what is on both sides, so every sum must be by (job).`;
const BOTH =
  'Both windows must burn, each compared by itself: `and` keeps what both sides have, `or` what either has. The long one says that it matters, the short one that it is not over.';

/** What the page must do. */
export const OF_PAGE: Moment[] = [
  {
    ...{ hours: 'young', at: 1, fires: true },
    what: 'two minutes after all requests began to fail, with ten minutes of history',
    hint: silent(PAGE, '16.7 % or more'),
  },
  {
    ...{ hours: 'above74', at: 0, fires: true },
    what: 'while 7.4 % of the requests are bad',
    hint: threshold(PAGE),
  },
  {
    ...{ hours: 'hours', at: 1, fires: true },
    what: 'seven minutes into an outage, after hours of good answers',
    hint: threshold(PAGE),
  },
  {
    ...{ hours: 'evening', at: 0, fires: true },
    what: 'when 250 of the 300 requests of an hour failed',
    hint: 'The guard is against a handful of requests: 100 in the window are enough. With more than that, a small service that is down tells nobody.',
  },
  {
    ...{ hours: 'below70', at: 0, fires: false },
    what: 'while 7.0 % of the requests are bad',
    hint: threshold(PAGE),
  },
  {
    ...{ hours: 'hours', at: 0, fires: false },
    what: 'two minutes into an outage, after hours of good answers: 3.3 % of the hour',
    hint: BOTH,
  },
  {
    ...{ hours: 'hours', at: 2, fires: false },
    what: 'seven minutes after an outage of twenty minutes, with 4 % bad requests since',
    hint: BOTH,
  },
  {
    ...{ hours: 'day', at: 0, fires: false },
    what: 'after eight hours with 4 % bad requests, which are a ticket',
    hint: threshold(PAGE),
  },
];

/** What the ticket must do. */
export const OF_TICKET: Moment[] = [
  {
    ...{ hours: 'day', at: 0, fires: true },
    what: 'after eight hours with 4 % bad requests',
    hint: silent(TICKET, '4 %'),
  },
  {
    ...{ hours: 'above31', at: 0, fires: true },
    what: 'while 3.1 % of the requests are bad',
    hint: threshold(TICKET),
  },
  {
    ...{ hours: 'trickle', at: 0, fires: true },
    what: 'when 300 of the 360 requests of 6 hours failed',
    hint: 'The guard counts the requests of the long window, here 6 hours: 100 of them are enough. Asked for an hour, a small service that fails all day makes no ticket.',
  },
  {
    ...{ hours: 'below29', at: 0, fires: false },
    what: 'while 2.9 % of the requests are bad',
    hint: threshold(TICKET),
  },
  {
    ...{ hours: 'halfHour', at: 0, fires: false },
    what: 'after half an hour with 10 % bad requests: 0.8 % of the 6 hours',
    hint: BOTH,
  },
  {
    ...{ hours: 'day', at: 1, fires: false },
    what: '40 minutes after 4 % bad requests became 2 %',
    hint: BOTH,
  },
];

/** When neither may fire. */
export const LITTLE: [hours: Moment['hours'], what: string][] = [
  ['night', 'when one of three requests fails, and there are no others'],
  ['idle', 'when there has been no request for an hour'],
  ['absent', 'when there is no series of any request'],
  ['nightfall', 'when one of the three requests of an hour fails, after a busy day'],
];
