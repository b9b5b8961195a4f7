import { parse } from 'yaml';
import { firstFailure, type ServiceName, type Stack, waitFor } from '../../stack/index.ts';

/** Servers that read their settings again on SIGHUP, and say in their metrics when they have. */
type Reloadable = 'prometheus' | 'alertmanager';

/** Reading its files takes a server some milliseconds; a slow machine may take longer. */
const RELOAD_SECONDS = 5;

/** Prometheus takes up other targets at the next of its looks, five seconds apart, and two parts of it look. */
const TARGETS_SECONDS = 15;

/** How long a service may take to start. A busy machine is slow. */
const RESTART_SECONDS = 60;

/** How long one question is waited for. */
const QUESTION_MS = 2_000;

/**
 * Tells a server to read its files again, and waits until they are in effect. One that cannot read them keeps its old
 * settings; the checks find out.
 */
export async function reload(
  stack: Stack,
  service: Reloadable,
  signal: AbortSignal,
): Promise<void> {
  const before = await lastReload(stack, service).catch(() => '');
  const targets = service === 'prometheus' ? await readTargets(stack) : undefined;
  await stack.compose('kill', '--signal', 'SIGHUP', service);
  await waitFor({
    what: `${service} to read its settings`,
    withinSeconds: RELOAD_SECONDS,
    look: () => lastReload(stack, service),
    until: (seen) => seen !== before,
    signal,
  }).catch(() => {});
  if (targets) await awaitNewTargets(stack, targets, signal);
}

/** Whether the last one went well, and when one last did. */
async function lastReload(stack: Stack, service: Reloadable): Promise<string> {
  const lines = (await readMetrics(stack, service)).split('\n');
  return lines.filter((line) => line.startsWith(`${service}_config_last_reload_`)).join(' ');
}

const readMetrics = async (stack: Stack, service: Reloadable): Promise<string> =>
  (await fetch(`${await stack.url(service)}/metrics`)).text();

/** What Prometheus is to scrape, and how often it has looked for the targets of each job. */
interface Targets {
  jobs: { job_name: string }[];
  looks: Record<string, number>;
}

/** Undefined while Prometheus does not answer. */
async function readTargets(stack: Stack): Promise<Targets | undefined> {
  try {
    const { scrape_configs: jobs } = parse(await stack.prometheus.config());
    const looks = (await readMetrics(stack, 'prometheus')).matchAll(
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
async function awaitNewTargets(stack: Stack, before: Targets, signal: AbortSignal): Promise<void> {
  const now = await readTargets(stack);
  if (!now || JSON.stringify(now.jobs) === JSON.stringify(before.jobs)) return;
  await waitFor({
    what: 'Prometheus to look for its targets',
    withinSeconds: TARGETS_SECONDS,
    look: () => readTargets(stack),
    until: (seen) =>
      now.jobs.every(({ job_name: job }) => (seen?.looks[job] ?? 0) > (before.looks[job] ?? 0)),
    signal,
  }).catch(() => {});
}

/**
 * Restarts services, and waits until each returns something, or is healthy. A program that ends with an error ends the
 * wait.
 *
 * @throws WrongResult with the last words of the one that failed
 */
export async function restart(
  stack: Stack,
  services: ServiceName[],
  signal: AbortSignal,
): Promise<void> {
  await stack.compose('restart', ...services);
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const ready = services.map((service) =>
    waitFor({
      what: `${service} to answer`,
      withinSeconds: RESTART_SECONDS,
      look: async () => (await responds(stack, service)) || (await isHealthy(stack, service)),
      until: (isReady) => isReady,
      signal: ended,
    }),
  );
  try {
    await Promise.race([Promise.all(ready), firstFailure(stack.project, ended)]);
  } finally {
    over.abort();
  }
}

const responds = async (stack: Stack, service: ServiceName): Promise<boolean> =>
  fetch(await stack.url(service), { signal: AbortSignal.timeout(QUESTION_MS) }).then(
    () => true,
    () => false,
  );

/** One that never answers at / may do so where its healthcheck asks. */
const isHealthy = async (stack: Stack, name: ServiceName): Promise<boolean> =>
  (await stack.containers()).some(
    ({ service, health }) => service === name && health === 'healthy',
  );
