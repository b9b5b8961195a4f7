import { BUDGET } from './rules.ts';
import type { Period } from './traffic.ts';

/** Moments of the story, in minutes: all is well, a ticket, and a page too. */
export const QUIET = 120;
export const SLOW = 480;
export const BURNING = 500;

/** Two busy hours with few bad requests, six quiet ones with many, and an outage: what panels must show is known. */
export const STORY: Period[] = [
  [120, { fast: 999, slow: 1 }],
  [360, { fast: 24, slow: 1 }],
  [20, { failed: 25 }],
];

/** What other panels of the dashboard may ask for, so that they have data too. */
export const BESIDES: Record<string, string> = {
  'up{job="web", instance="app:8080"}': '1x500',
  'http_requests_in_progress{job="web", instance="app:8080"}': '2x500',
  'process_resident_memory_bytes{job="web", instance="app:8080"}': '9e7x500',
};

/** Bad requests and all requests of the last minutes before a moment. */
function sumOf(moment: number, minutes: number): [bad: number, all: number] {
  let [begin, bad, all] = [0, 0, 0];
  for (const [length, { fast = 0, slow = 0, failed = 0 }] of STORY) {
    const from = Math.max(begin, moment - minutes);
    const until = Math.min(begin + length, moment);
    const common = Math.max(0, until - from);
    bad += common * (slow + failed);
    all += common * (fast + slow + failed);
    begin += length;
  }
  return [bad, all];
}

const shareOf = (moment: number, minutes: number): number => {
  const [bad, all] = sumOf(moment, minutes);
  return bad / all;
};

/** What panels must show at a moment, and what they show by a known mistake. */
export function wantedOf(moment: number) {
  const [bad, all] = sumOf(moment, moment);
  const share = bad / all;
  const overTime = (120 * 0.001 + (moment - 120) * 0.04) / moment;
  const mistakes: [what: string, value: number][] = [
    ['what is used, not what is left', share / BUDGET],
    ['the share of bad requests, not what it leaves', share],
    ['the share of good requests, not of the budget', 1 - share],
    ['what is left of the last 6 hours', 1 - shareOf(moment, 360) / BUDGET],
    ['an average over time', 1 - overTime / BUDGET],
    ['the budget of another objective, 99.9 %', 1 - share / 0.001],
    ['the budget of another objective, 99 %', 1 - share / 0.01],
  ];
  const shares = [5, 30, 60, 360].map((minutes) => shareOf(moment, minutes));
  return { bad, all, left: 1 - share / BUDGET, shares, mistakes };
}
