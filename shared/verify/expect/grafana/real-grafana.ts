import { join } from 'node:path';
import { CheckSkipped, expectThat, fail, hostPath, type StepUnderTest } from '../../files/index.ts';
import { waitOrLook } from '../metrics-text.ts';
import { type Query, readDashboards } from './dashboards.ts';
import { prometheusSource } from './provisioning.ts';

/**
 * Grafana's API, as admin.
 *
 * @throws CheckSkipped with the reason where its image is not available; CheckFailure where REQUIRE_GRAFANA=1 wants it
 */
async function connectGrafana(step: StepUnderTest) {
  const reason = step.stack.leftOut.get('grafana');
  if (reason === undefined) return step.stack.grafana(join(step.files.directory, 'secrets'));
  if (process.env.REQUIRE_GRAFANA === '1') {
    fail({
      expected: 'Grafana to run, because REQUIRE_GRAFANA=1',
      actual: reason,
      where: step.compose().service('grafana').where('image'),
      hint: 'Connect to a network where its image can be pulled.',
    });
  }
  throw new CheckSkipped('grafana-image', { reason });
}

/** Grafana asks for a password, has made every dashboard of its file, and complains about none. @throws CheckFailure */
export async function expectDashboardsServed(step: StepUnderTest): Promise<void> {
  const grafana = await connectGrafana(step);
  const service = step.compose().service('grafana');
  const { database } = await grafana.health();
  const stranger = await fetch(`${await step.stack.url('grafana')}/api/search`);
  expectThat(database === 'ok' && stranger.status === 401, {
    expected: 'database ok, and 401 for somebody without a password',
    actual: `database ${database}, and ${stranger.status}`,
    where: service.where('environment'),
    hint: 'Nothing but an account may open the door.',
  });
  const { basicLogin } = await import('../../../stack/index.ts');
  const known = await fetch(`${await step.stack.url('grafana')}/api/org`, {
    headers: { authorization: basicLogin('admin', 'admin') },
  });
  expectThat(known.status === 401, {
    expected: '401 for admin with the password admin',
    actual: `${known.status}: it is the password`,
    where: service.whereSet('GF_SECURITY_ADMIN_PASSWORD__FILE'),
    hint: 'Grafana could not read the file, and began with the password that everybody knows: docker compose logs grafana | grep secret',
  });
  for (const { path, value, panels } of readDashboards(step)) {
    const look = () => grafana.dashboard(String(value.uid)).catch(() => undefined);
    // Grafana may answer before it has read every file.
    const found = await waitOrLook(READ_SECONDS, path, look, (it) => it !== undefined);
    const count = Array.isArray(found?.panels) ? found.panels.length : 0;
    const wanted = panels.filter(({ row }) => row === '').length;
    expectThat(found?.title === value.title && count === wanted, {
      expected: `the dashboard "${value.title}" with ${wanted} panels`,
      actual: found ? `"${found.title}" with ${count} panels` : 'no such dashboard',
      where: path,
      hint: 'Grafana says in its log why it refused a file: docker compose logs grafana | grep error',
    });
  }
  const log = await step.stack.compose('logs', '--no-log-prefix', 'grafana');
  const [error] = provisioningErrors(log);
  expectThat(!error, {
    expected: 'no provisioning error in the log',
    actual: error?.message ?? '',
    where: (error && fileIn(step, error.line)) ?? service.where('volumes'),
    hint: 'The message names the file. After an edit of it: docker compose restart grafana',
  });
}

/** How long Grafana may take until it has read the files of the dashboards. Seconds. */
const READ_SECONDS = 30;
/** How long it may take until a new series has a point that Grafana asks for: two of its intervals, and a little. Seconds. */
const SHOWN_SECONDS = 15;

/**
 * The errors about data sources and dashboards in Grafana's log, in whatever order a line has its keys. A folder of the
 * image that a mount hides, such as that of plugins, is an error in the log too, and none of the step.
 */
export const provisioningErrors = (log: string): { line: string; message: string }[] =>
  log
    .split('\n')
    .filter((line) => /\bl(eve|v)l"?[=:]"?err?or\b/.test(line))
    .filter((line) => /\blogger"?[=:]"?provisioning\.(dashboard|datasource)/.test(line))
    .map((line) => ({ line, message: line.replace(/^.*?\bmsg=/, '') }));

/** The step's file that a line of the log names by its path in the container. */
function fileIn(step: StepUnderTest, line: string): string | undefined {
  const paths = line.match(/\/[\w./-]+\.(ya?ml|json)\b/g) ?? [];
  return paths
    .map((path) => hostPath(step.compose().service('grafana'), path))
    .find((path) => path && step.files.exists(path));
}

/**
 * Grafana's data source works, and each of these queries gets numbers through it.
 *
 * @throws CheckFailure
 */
export async function expectNumbersInGrafana(step: StepUnderTest, queries: Query[]): Promise<void> {
  const grafana = await connectGrafana(step);
  const health = await grafana.dataSourceHealth('prometheus').catch(() => undefined);
  expectThat(health?.status === 'OK', {
    expected: 'the data source to say that it works',
    actual: health?.message ?? 'it does not',
    where: prometheusSource(step).where('url'),
    hint: 'In Grafana: Connections, Data sources, Prometheus, Test. It says what is in the way.',
  });
  for (const { title, expression, where } of queries) {
    // It asks for points at whole multiples of its interval: a series that is just born has none yet.
    const look = () => grafana.countValues('prometheus', expression, 300);
    const values = await waitOrLook(SHOWN_SECONDS, title, look, (count) => count > 0);
    expectThat(values > 0, {
      expected: `numbers in "${title}"`,
      actual: `none for ${expression}`,
      where,
      hint: 'Prometheus has numbers for it, Grafana shows none: look at the variables, which begin with $.',
    });
  }
}
