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
  every: 4,
  series: traffic([20, { fast: 1_000 - share, slow: share }]),
  alerts: both(20),
});

/** What is recorded, and where it must be there at once. */
function records(step: StepUnderTest) {
  const names = WINDOWS.map((window) => indicator(step, window).record);
  const recordsAt = (minute: number) => names.map((name) => [name, minute] as [string, number]);
  const two = {
    ...traffic([10, { fast: 900 }], [10, { fast: 900 }, 'restart']),
    ...seriesOf([[20, { fast: 50, failed: 50 }]], 'app-2:8080'),
  };
  return {
    mixture: { every: 4, series: traffic([20, MIXTURE]), values: recordsAt(20) },
    instances: { every: 4, series: two, values: [[names[2] ?? '', 20] as [string, number]] },
    windows: {
      every: 4,
      series: traffic([355, { fast: 100 }], [5, { failed: 1_000 }]),
      values: recordsAt(360),
    },
  } satisfies Record<string, Play>;
}

/** When the alerts fire, and when they do not. */
const alerts = () =>
  ({
    below29: steady(29),
    above31: steady(31),
    below70: steady(70),
    above74: steady(74),
    young: { series: traffic([10, GOOD], [10, OUTAGE]), alerts: page(10, 12) },
    hours: {
      series: traffic([70, GOOD], [2, OUTAGE], [69, GOOD], [20, OUTAGE], [10, FOUR_PERCENT]),
      alerts: page(72, 148, 168),
    },
    day: {
      every: 4,
      series: traffic([480, FOUR_PERCENT], [40, { fast: 588, slow: 12 }]),
      alerts: both(480, 520),
    },
    // The histogram of what succeeds must not be empty: a share of nothing is no number.
    trickle: {
      every: 4,
      series: traffic([60, { fast: 1 }], [300, { failed: 1 }]),
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
    evening: {
      every: 4,
      series: traffic([10, { fast: 5 }], [50, { failed: 5 }]),
      alerts: both(60),
    },
    idle: { every: 4, series: traffic([2, MIXTURE], [70, {}]), alerts: both(72) },
    absent: { series: { 'up{job="web", instance="app:8080"}': '1x10' }, alerts: both(10) },
  }) satisfies Record<string, Play>;

/** What the queries of the dashboard are asked for. */
const story = (step: StepUnderTest) => ({
  story: {
    every: 4,
    series: { ...traffic(...STORY), ...BESIDES },
    values: [QUIET, SLOW, BURNING].flatMap((minute) =>
      sloQueries(step).map(({ expression }) => [expression, minute] as [string, number]),
    ),
  } satisfies Play,
});

/** Plays hours once in a judgement. */
const playing =
  <Name extends string>(what: string, plays: (step: StepUnderTest) => Record<Name, Play>) =>
  (step: StepUnderTest): Promise<Record<Name, Played>> =>
    step.once(what, () => {
      const all = plays(step);
      const rules = alertRules(step).map((rule) => `${rule.get('expr')}`);
      if (rules.some((expression) => /\bhistogram_/.test(expression))) return playRules(step, all);
      // Nobody asks for native histograms, and reading them takes time.
      for (const { series } of Object.values<Play>(all))
        for (const name of Object.keys(series)) if (isNative(name)) delete series[name];
      return playRules(step, all);
    });

/** Each begins when somebody asks: where nothing right is recorded, no alert needs to be played. */
export const playedRecords = playing('played records', records);
export const playedAlerts = playing('played alerts', alerts);
export const playedStory = playing('played story', story);

/** The hours in which alerts may fire. */
export type Hours = keyof ReturnType<typeof alerts>;

const isNative = (series: string): boolean => series.startsWith('http_request_duration_seconds{');

/** The series of each expression that was asked for. */
export const playValues = async (
  step: StepUnderTest,
  name: keyof ReturnType<typeof records>,
): Promise<Series[][]> =>
  (await playedRecords(step))[name].values.map((value) => (typeof value === 'string' ? [] : value));

/** What fires at each moment that was asked for, by the name of the alert. */
export async function playAlerts(
  step: StepUnderTest,
  name: Hours,
  alert: string,
): Promise<FiringAlert[][]> {
  const asked: Play['alerts'] = step.once('moments of alerts', alerts)[name].alerts;
  const played = (await playedAlerts(step))[name].alerts;
  return played.filter((_, index) => asked?.[index]?.[0] === alert);
}

/** Rates are estimates, and can be spelled in more than one way. */
export const near = (value: number, wanted: number, tolerance = 0.05): boolean =>
  Math.abs(value - wanted) <= Math.abs(wanted) * tolerance;
