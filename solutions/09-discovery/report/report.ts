import { Gauge, Pushgateway, Registry } from 'prom-client';

// Runs once a day, and says how many requests there were: docker compose run --rm report [URL of Prometheus]
const prometheus = process.argv[2] ?? 'http://prometheus:9090';
const gateway = process.env.PUSHGATEWAY_URL ?? 'http://pushgateway:9091';

const started = performance.now();
try {
  const succeeded = await report().then(
    () => true,
    (error: Error & { cause?: Error }) => {
      console.error(`No report: ${(error.cause ?? error).message}`);
      return false;
    },
  );
  process.exitCode = succeeded ? 0 : 1;
  await pushOutcome(succeeded, (performance.now() - started) / 1_000);
} catch (error) {
  // The work is done, or not, and nobody will know.
  console.error(`The outcome cannot be pushed: ${(error as Error).message}`);
  process.exitCode = 1;
}

/** Without any series it is 0: nobody has asked yet. @throws Error when Prometheus does not answer */
async function report(): Promise<void> {
  const query = 'sum(increase(http_requests_total{job="web"}[1d]))';
  const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`);
  if (!response.ok) throw new Error(`${prometheus} answers ${response.status}`);
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const requests = Math.round(Number(data.result[0]?.value[1] ?? 0));
  console.log(`${requests} requests in the last day`);
}

/**
 * Tells the Pushgateway how it went. Nobody can scrape a program that has ended.
 *
 * @param seconds that it took
 */
async function pushOutcome(succeeded: boolean, seconds: number): Promise<void> {
  // #region task: push how long the report took, and when it succeeded last, so that a failure does not erase that
  // #starter console.log({ succeeded, seconds, gateway, Gauge, Pushgateway, Registry });
  const registry = new Registry();
  new Gauge({
    name: 'report_duration_seconds',
    help: 'How long the last run of the report took, in seconds',
    registers: [registry],
  }).set(seconds);
  // Only after a success: a gauge without labels begins at 0, and a failure would push that.
  if (succeeded) {
    new Gauge({
      name: 'report_last_success_timestamp_seconds',
      help: 'When the report succeeded last, in seconds since 1970',
      registers: [registry],
    }).setToCurrentTime();
  }
  // pushAdd replaces metrics of the same name. push would replace the whole group, and with it the last success.
  // The group is the job, and nothing of this run: with a name of the container, each run would stay there for ever.
  await new Pushgateway(gateway, {}, registry).pushAdd({ jobName: 'report' });
  // #endregion
}
