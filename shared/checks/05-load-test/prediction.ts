import { parseDuration } from '../../duration.ts';
import { alertRule, windowsIn } from '../../verify/expect/index.ts';
import { readSettings, type StepUnderTest, scrapeInterval } from '../../verify/files/index.ts';

/** The alert that the load must raise. */
export const ALERT = 'TooManyRequests';

/** What the prediction is about, in requests per second. */
export const PREDICTED_RATE = 50;

/** The waits of an alert, computed from the step's files. All times in seconds. */
export interface Waits {
  window: number;
  /** In requests per second. */
  threshold: number;
  scrape: number;
  evaluation: number;
  /** The time in `for`, in whole evaluations. */
  hold: number;
  groupWait: number;
}

/** @throws CheckFailure when a file that they stand in cannot be read */
export function waitsOf(step: StepUnderTest): Waits {
  const { file } = readSettings(step, 'prometheus');
  const rule = alertRule(step, ALERT);
  const usual = file.get(['global', 'evaluation_interval']);
  const evaluation = parseDuration(rule.group.get('interval') ?? usual ?? '1m');
  const expr = String(rule.get('expr')).trim();
  const alertmanager = readSettings(step, 'alertmanager').file;
  const [window = Number.NaN] = windowsIn(expr);
  const limit = Number((expr.match(/>=?\s*([\d.]+)$/) ?? expr.match(/^([\d.]+)\s*<=?/))?.[1]);
  return {
    window,
    threshold: /\bincrease\s*\(/.test(expr) ? limit / window : limit,
    scrape: scrapeInterval(step),
    evaluation,
    hold: Math.ceil(parseDuration(rule.get('for') ?? 0) / evaluation) * evaluation,
    groupWait: parseDuration(alertmanager.get(['route', 'group_wait']) ?? '30s'),
  };
}

/** How long the rate needs to rise above the threshold, with so many requests per second. */
export const riseOf = ({ window, threshold }: Waits, rate: number): number =>
  (window * threshold) / rate;

export type Moment = 'pending' | 'firing' | 'message';

/** When each moment comes at the earliest and at the latest, in seconds since the load began. */
export function boundsOf(waits: Waits): Record<Moment, { earliest: number; latest: number }> {
  const rise = riseOf(waits, PREDICTED_RATE);
  const after = (wait: number) => ({
    earliest: rise + wait,
    latest: rise + waits.scrape + waits.evaluation + wait,
  });
  return {
    pending: after(0),
    firing: after(waits.hold),
    message: after(waits.hold + waits.groupWait),
  };
}
