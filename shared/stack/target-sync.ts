import { parse } from 'yaml';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

/** Prometheus takes up other targets at the next of its looks, five seconds apart, and two parts of it look. */
const LIMIT_SECONDS = 15;

/** What Prometheus is to scrape, and how often it has looked for the targets of each job. */
export interface Targets {
  jobs: { job_name: string }[];
  looks: Record<string, number>;
}

/** Undefined while Prometheus does not answer. */
export async function targetsOf(stack: Stack): Promise<Targets | undefined> {
  try {
    const { scrape_configs: jobs } = parse(await stack.prometheus.config());
    const metrics = await (await fetch(`${await stack.url('prometheus')}/metrics`)).text();
    const looks = metrics.matchAll(
      /^prometheus_target_scrape_pool_sync_total\{scrape_job="(.*)"\} (\S+)$/gm,
    );
    return {
      jobs: jobs ?? [],
      looks: Object.fromEntries([...looks].map(([, job, count]) => [job, Number(count)])),
    };
  } catch {
    return undefined;
  }
}

/**
 * Waits until Prometheus scrapes what its new settings say. Until then it asks the old targets, at their old addresses,
 * though it has read the settings.
 *
 * @param before what it scraped before it read them
 */
export async function awaitNewTargets(
  stack: Stack,
  before: Targets,
  signal?: AbortSignal,
): Promise<void> {
  const now = await targetsOf(stack);
  if (!now || JSON.stringify(now.jobs) === JSON.stringify(before.jobs)) return;
  await waitFor({
    what: 'Prometheus to look for its targets',
    withinSeconds: LIMIT_SECONDS,
    look: () => targetsOf(stack),
    until: (seen) =>
      now.jobs.every(({ job_name: job }) => (seen?.looks[job] ?? 0) > (before.looks[job] ?? 0)),
    signal,
  }).catch(() => {});
}
