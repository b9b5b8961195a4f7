import { parse } from 'yaml';
import { parseDuration } from '../duration.ts';
import type { AlertmanagerClient } from './alertmanager.ts';
import type { PrometheusClient } from './prometheus.ts';

/** Everything that decides how long an alert travels. All times in seconds. */
export interface AlertTiming {
  scrapeInterval: number;
  evaluationInterval: number;
  /** The rule's `for`. */
  holdFor: number;
  /** The rule's `keep_firing_for`. Default: 0. */
  keepFiringFor?: number;
  /** The window of the rule's rate(). */
  window: number;
  /** In requests per second. */
  threshold: number;
  groupWait: number;
  groupInterval: number;
  /** How long the second Alertmanager of a pair waits for the first, `--cluster.peer-timeout`. Default: there is no pair. */
  peerTimeout?: number;
}

/** The longest a message may take from Alertmanager to the inbox, and an alert from Prometheus to Alertmanager. */
const DELIVERY_LIMIT = 2;

export interface Bounds {
  /** Seconds. */
  least: number;
  most: number;
}

/**
 * How long a message may take from the moment the threshold is crossed:
 * ⌈F/E⌉·E + G ≤ T < S + E + ⌈F/E⌉·E + G + L, with scrape interval S, evaluation interval E, hold F,
 * group wait G and at most L for the delivery. See docs/decisions/alert-timing.md. In a pair of Alertmanagers, one of which
 * may be lost, the other waits its peer timeout longer.
 */
export function messageBounds(timing: AlertTiming): Bounds {
  const { scrapeInterval, evaluationInterval, holdFor, groupWait, peerTimeout = 0 } = timing;
  const hold = Math.ceil(holdFor / evaluationInterval) * evaluationInterval;
  const least = hold + groupWait;
  const delay = scrapeInterval + evaluationInterval + peerTimeout;
  return { least, most: delay + least + DELIVERY_LIMIT };
}

/**
 * How long the resolved message may take from the end of the load: W + S + E + group interval + L, and as long as the
 * rule keeps the alert firing; in a pair the peer timeout too.
 */
export function resolvedBounds(timing: AlertTiming): Bounds {
  const {
    window,
    scrapeInterval,
    evaluationInterval,
    groupInterval,
    keepFiringFor = 0,
    peerTimeout = 0,
  } = timing;
  const over = window + scrapeInterval + evaluationInterval + keepFiringFor + peerTimeout;
  return { least: 0, most: over + groupInterval + DELIVERY_LIMIT };
}

/** How long a load needs to lift rate(…[W]) above the threshold: W·θ/r, and a scrape to be seen. */
export function crossingLimit(timing: AlertTiming, requestsPerSecond: number): number {
  const rise = (timing.window * timing.threshold) / requestsPerSecond;
  return rise + 2 * timing.scrapeInterval + timing.evaluationInterval;
}

/** Asks the running servers, because they have filled in every default. */
export async function readAlertTiming(
  prometheus: PrometheusClient,
  alertmanager: AlertmanagerClient,
  alertName: string,
): Promise<AlertTiming> {
  const { global }: { global: { scrape_interval: string } } = parse(await prometheus.config());
  const { route }: { route: { group_wait?: string; group_interval?: string } } = parse(
    await alertmanager.config(),
  );
  for (const group of await prometheus.ruleGroups()) {
    const rule = group.rules.find(({ name, type }) => name === alertName && type === 'alerting');
    if (!rule) continue;
    const window = parseDuration(rule.query.match(/\[(\w+)\]/)?.[1] ?? '0s');
    const limit = Number(rule.query.match(/>=?\s*([\d.]+)\s*$/)?.[1] ?? Number.NaN);
    return {
      scrapeInterval: parseDuration(global.scrape_interval),
      evaluationInterval: group.interval,
      holdFor: rule.duration ?? 0,
      keepFiringFor: rule.keepFiringFor ?? 0,
      window,
      // increase() counts for its whole window.
      threshold: /\bincrease\(/.test(rule.query) ? limit / window : limit,
      groupWait: parseDuration(route.group_wait ?? '30s'),
      groupInterval: parseDuration(route.group_interval ?? '5m'),
    };
  }
  throw new Error(`Prometheus has loaded no alert rule called ${alertName}`);
}
