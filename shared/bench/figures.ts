import type { Language } from '../language.ts';
import { type Bounds, limitTo } from '../stack/index.ts';
import type { Machine } from './machine.ts';

/** What stands on a page, in each of its languages. */
export type Text = Record<Language, string>;

export const text = (english: string, chinese: string): Text => ({
  en: english,
  'zh-TW': chinese,
});

/** How many digits stand behind the point. */
const DIGITS = {
  s: 2,
  ms: 0,
  µs: 1,
  '%': 1,
  '×': 3,
  MiB: 0,
  MB: 0,
  kB: 0,
  failures: 0,
  count: 0,
};
export type Unit = keyof typeof DIGITS;

/** What is counted stands without a unit, and there is nothing to draw. */
export const isCounted = (unit: Unit): boolean => unit === 'failures' || unit === 'count';

/** One figure: the values of its runs. Goals find it by its English name. */
export interface Series {
  name: Text;
  unit: Unit;
  values: number[];
  /** Where each value has to be. */
  bounds?: Bounds | undefined;
}

/** @param values kept to a ten-thousandth, which is finer than anything here can be measured */
export const figure = (
  [english, chinese]: [string, string],
  unit: Unit,
  values: number[],
  bounds?: Bounds,
): Series => ({
  name: text(english, chinese),
  unit,
  values: values.map((value) => Number(value.toFixed(4))),
  bounds,
});

export interface Measured {
  series: Series[];
  /** What a reader has to know: what was left out, and why; how many ran at once. */
  notes: Text[];
}

/** What there is to a goal, and which of several figures that is. */
export interface Seen {
  seen: string;
  worst?: Text;
  held: boolean;
}

/** What is measured is one thing; whether it is good enough is looked at whenever it is shown. */
interface Goal {
  text: Text;
  /** Undefined when nothing was measured that could say it. */
  look(series: Series[]): Seen | undefined;
  whyNot?: Text | undefined;
}

export const goal = (
  [english, chinese]: [string, string],
  look: Goal['look'],
  whyNot?: Text,
): Goal => ({ text: text(english, chinese), look, whyNot });

export interface Context {
  runs: number;
  /** Counts so small that only the tool is tried, and nothing measured. */
  quick: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

export interface Part {
  title: Text;
  /** What is measured, how, and what stands beside it. */
  about: Text;
  /** How many runs there are unless somebody asks for more or fewer. */
  runs: number;
  /** Free memory that it needs. GB. */
  memory: number;
  containers: boolean;
  measure(context: Context): Promise<Measured>;
  goals: Goal[];
}

/** What one part has measured, on which machine. */
export interface Report extends Measured {
  /** YYYY-MM-DD */
  date: string;
  runs: number;
  machine: Machine;
}

/** Part → its report. */
export type Figures = Record<string, Report>;

interface Statistics {
  min: number;
  median: number;
  p95: number;
  max: number;
}

/** By nearest rank: a share is answered with one of the values. */
export function percentiles(values: number[]): (share: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  return (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function statistics(values: number[]): Statistics {
  const at = percentiles(values);
  return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}

export const show = (value: number, unit: Unit): string =>
  `${value.toFixed(DIGITS[unit])}${isCounted(unit) ? '' : ` ${unit}`}`;

/** The goal that a statistic of every figure whose name matches is at most so much. */
export const atMost =
  (names: RegExp, which: keyof Statistics, limit: number): Goal['look'] =>
  (series) => {
    const matching = series.filter(({ name, values }) => names.test(name.en) && values.length > 0);
    const [worst] = matching
      .map(({ name, unit, values }) => ({ name, unit, value: statistics(values)[which] }))
      .sort((a, b) => b.value - a.value);
    if (!worst) return undefined;
    const { name, unit, value } = worst;
    const of = matching.length > 1 && { worst: name };
    return { seen: show(value, unit), ...of, held: value <= limit };
  };

/** The goal that so many values hold as there are; @param holds undefined for values that it is not about */
export const everyTime =
  (holds: (value: number, of: Series) => boolean | undefined): Goal['look'] =>
  (series) => {
    const judged = series
      .flatMap((one) => one.values.map((value) => holds(value, one)))
      .filter((it) => it !== undefined);
    const held = judged.filter(Boolean).length;
    const seen = `${held} / ${judged.length}`;
    return judged.length > 0 ? { seen, held: held === judged.length } : undefined;
  };

/** The goal that every value is inside its bounds, where it has some. */
export const insideBounds = everyTime(
  (value, { bounds }) => bounds && bounds.least <= value && value < bounds.most,
);

/** Does jobs side by side, so many at once, to the end of each. @throws what the first one threw that failed */
export async function sideBySide<T>(width: number, jobs: (() => Promise<T>)[]): Promise<T[]> {
  const limited = limitTo(width);
  const all = jobs.map((job) => limited(job));
  await Promise.allSettled(all);
  return Promise.all(all);
}
