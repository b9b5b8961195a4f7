import {
  alertRules,
  type FiringAlert,
  type Played,
  type Series,
} from '../../verify/expect/index.ts';
import { type Play, playRules } from '../../verify/expect/play/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { sloQueries } from './panels.ts';
import { indicator, PAGE, TICKET, WINDOWS } from './rules.ts';
import { BESIDES, BURNING, QUIET, SLOW, STORY } from './story.ts';
import { type Period, seriesOf } from './traffic.ts';

/** Of 1,000 requests a minute. No two sets of kinds have the same sum. */
export const MIXTURE = {
  ...{ fast: 636, nearly: 243, unknown: 81, slow: 27 },
  ...{ failed: 9, failedLate: 3, unchanged: 1 },
};

const GOOD = { fast: 600 };
const OUTAGE = { failed: 600 };
/** Of which 4 % are bad. */
const FOUR_PERCENT = { fast: 576, slow: 24 };
const page = (...minutes: number[]) => minutes.map((it) => [PAGE.name, it] as [string, number]);
const both = (...minutes: number[]) =>
  minutes.flatMap((it) => [PAGE.name, TICKET.name].map((name) => [name, it] as [string, number]));

/** What one instance stores. */
const traffic = (...periods: Period[]) => seriesOf(periods);

/** A steady share of bad requests, per mille. */
const steady = (share: number): Play => ({
  series: traffic([20, { fast: 1_000 - share, slow: share }]),
  alerts: both(20),
});

/** Hours of traffic, and what is asked of the rules and of the dashboard's queries. */
function plays(step: StepUnderTest) {
  const queries = sloQueries(step).map(({ expression }) => expression);
  const records = WINDOWS.map((window) => indicator(step, window).record);
  const recordsAt = (minute: number) =>
    records.map((record) => [record, minute] as [string, number]);
  const two = {
    ...traffic([10, { fast: 900 }], [10, { fast: 900 }, 'restart']),
    ...seriesOf([[20, { fast: 50, failed: 50 }]], 'app-2:8080'),
  };
  return {
    mixture: { series: traffic([20, MIXTURE]), values: recordsAt(20) },
    instances: { series: two, values: [[records[2] ?? '', 20] as [string, number]] },
    windows: {
      every: 30,
      series: traffic([355, { fast: 100 }], [5, { failed: 1_000 }]),
      values: recordsAt(360),
    },
    below29: steady(29),
    above31: steady(31),
    below70: steady(70),
    above74: steady(74),
    young: { series: traffic([10, GOOD], [10, OUTAGE]), alerts: page(10, 12) },
    hours: {
      series: traffic([70, GOOD], [2, OUTAGE], [68, GOOD], [20, OUTAGE], [10, FOUR_PERCENT]),
      alerts: page(72, 74, 144, 147, 167),
    },
    day: {
      every: 4,
      series: traffic([480, FOUR_PERCENT], [40, { fast: 588, slow: 12 }]),
      alerts: both(480, 520),
    },
    // The histogram of what succeeds must not be empty: a share of nothing is no number.
    trickle: {
      every: 4,
      series: traffic([10, { fast: 1 }], [350, { failed: 1 }]),
      alerts: both(360),
    },
    halfHour: {
      every: 4,
      series: traffic([330, GOOD], [30, { fast: 540, slow: 60 }]),
      alerts: both(360),
    },
    night: {
      series: traffic([5, {}], [2, { fast: 1 }], [1, { failed: 1 }], [3, {}]),
      alerts: both(8, 10),
    },
    nightfall: {
      every: 4,
      series: traffic([240, { fast: 10 }], [60, {}], [2, { fast: 1 }], [1, { failed: 1 }], [1, {}]),
      alerts: both(304),
    },
    evening: { series: traffic([10, { fast: 5 }], [50, { failed: 5 }]), alerts: both(60) },
    idle: { series: traffic([2, MIXTURE], [70, {}]), alerts: both(72) },
    story: {
      every: 4,
      series: { ...traffic(...STORY), ...BESIDES },
      values: [QUIET, SLOW, BURNING].flatMap((minute) =>
        queries.map((expression) => [expression, minute] as [string, number]),
      ),
    },
    absent: { series: { 'up{job="web", instance="app:8080"}': '1x10' }, alerts: both(10) },
  } satisfies Record<string, Play>;
}
type Name = keyof ReturnType<typeof plays>;

const playsOf = (step: StepUnderTest) =>
  step.once('hours to play', () => {
    const all: Record<Name, Play> = plays(step);
    const rules = alertRules(step).map((rule) => `${rule.get('expr')}`);
    if (rules.some((expression) => /\bhistogram_/.test(expression))) return all;
    // Nobody asks for native histograms, and reading them takes time.
    for (const play of Object.values(all))
      for (const name of Object.keys(play.series)) if (isNative(name)) delete play.series[name];
    return all;
  });

const isNative = (series: string): boolean => series.startsWith('http_request_duration_seconds{');

/** All hours, played once in a judgement. */
export const playedHours = (step: StepUnderTest): Promise<Record<Name, Played>> =>
  step.once('played hours', () => playRules<Name>(step, playsOf(step)));

/** The series of each expression that was asked for. */
export const playValues = async (step: StepUnderTest, name: Name): Promise<Series[][]> =>
  (await playedHours(step))[name].values.map((value) => (typeof value === 'string' ? [] : value));

/** What fires at each moment that was asked for, by the name of the alert. */
export async function playAlerts(
  step: StepUnderTest,
  name: Name,
  alert: string,
): Promise<FiringAlert[][]> {
  const asked = playsOf(step)[name];
  const { alerts } = (await playedHours(step))[name];
  return alerts.filter((_, index) => asked.alerts?.[index]?.[0] === alert);
}

/** Rates are estimates, and can be spelled in more than one way. */
export const near = (value: number, wanted: number, tolerance = 0.05): boolean =>
  Math.abs(value - wanted) <= Math.abs(wanted) * tolerance;
