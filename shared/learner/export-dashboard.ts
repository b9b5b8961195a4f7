import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, MachineFault, orDiskFault } from '../engine/index.ts';
import { localized, padColumns } from '../language.ts';
import type { GrafanaClient } from '../stack/index.ts';
import { dashboardFiles } from '../verify/expect/index.ts';
import { findStep, StepUnderTest } from '../verify/index.ts';
import { change, refuseUnfinished } from './change.ts';
import { withLock } from './lock.ts';
import { normalDashboard } from './normal-dashboard.ts';
import { putFile, readTree } from './tree.ts';

/** The file with the password of admin, from the step's folder. */
const PASSWORD = 'secrets/grafana/admin_password';

/** A dashboard of the running Grafana, and the file of the step that it belongs in. */
interface Export {
  title: string;
  /** From the step's folder. */
  path: string;
  text: string;
  state: 'new' | 'changed' | 'as it was';
}

const IN_CHINESE: Record<Export['state'], string> = {
  new: '新增',
  changed: '已更新',
  'as it was': '沒有變',
};

/**
 * Writes the dashboards of the step's running Grafana into the step's folder. A snapshot keeps what they replace.
 *
 * @returns what was written, for people
 * @throws MachineFault when Grafana does not run, or refuses
 */
export async function exportDashboards(root: string, number: number): Promise<string> {
  const id = findStep(number);
  const folder = join(root, 'steps', id);
  const { grafana, url } = await findGrafana(folder, id);
  const exports = await readAll(grafana, folder).catch((error: Error) => {
    throw new MachineFault('dashboards-refused', { url, reason: error.message, step: id });
  });
  const toBeWritten = exports.filter(({ state }) => state !== 'as it was');
  if (toBeWritten.length > 0) await write(root, number, toBeWritten);
  const lines = exports.map(
    ({ title, path, state }) =>
      `  ${padColumns(localized(state, IN_CHINESE[state]), 9)}  ${path}   ${title}`,
  );
  return [
    localized(`Dashboards of ${url}, written to steps/${id}`, `${url} 的儀表板，寫入 steps/${id}`),
    ...(lines.length > 0
      ? lines
      : [
          localized(
            `  none: make one at ${url}/dashboard/new and save it`,
            `  沒有：在 ${url}/dashboard/new 做一個並存檔`,
          ),
        ]),
    `next: npm run verify:step-${number}`,
  ].join('\n');
}

/** The Grafana of a step, and its address. @throws MachineFault when it is not running */
async function findGrafana(folder: string, id: string) {
  const notRunning = (error: Error): never => {
    if (error instanceof MachineFault) throw error;
    throw new MachineFault('grafana-not-running', { step: id });
  };
  if (!existsSync(folder)) notRunning(new Error());
  if (/^0[12]/.test(id)) throw new MachineFault('step-without-grafana', { step: id });
  const url =
    process.env.GRAFANA_URL ??
    `http://${await docker(['compose', 'port', 'grafana', '3000'], { cwd: folder }).catch(notRunning)}`;
  const file = join(folder, PASSWORD);
  if (!existsSync(file)) {
    throw new MachineFault('no-grafana-password', { step: id });
  }
  // Loaded only now, because it takes a second.
  const { clientOf, grafanaLogin } = await import('../stack/index.ts');
  const authorization = grafanaLogin(readFileSync(file, 'utf8').trim());
  return { url, grafana: clientOf({ url, authorization }) };
}

async function write(root: string, number: number, exports: Export[]): Promise<void> {
  const id = findStep(number);
  const command = `export-dashboard ${number}`;
  await orDiskFault(`"${command}" failed`, () =>
    withLock(root, id, async () => {
      refuseUnfinished(root, [id]);
      const after = await readTree(root, [id]);
      for (const { path, text } of exports) putFile(after, id, path, Buffer.from(text));
      await change(root, { command, steps: [id], after });
    }),
  );
}

async function readAll(grafana: GrafanaClient, folder: string): Promise<Export[]> {
  const sources = await grafana.dataSources();
  const step = new StepUnderTest(folder);
  const { folder: home, files } = dashboardFiles(step);
  const known = files.map((path) => ({ path, value: readJson(join(folder, path)) }));
  const exports: Export[] = [];
  for (const { uid, title, slug } of await grafana.dashboards()) {
    const text = normalDashboard(await grafana.dashboard(uid), sources);
    const own = known.find(({ value }) => value?.uid === uid);
    const isTaken = [...known, ...exports].some(({ path }) => path === `${home}/${slug}.json`);
    const path = own?.path ?? `${home}/${slug}${isTaken ? `-${uid}` : ''}.json`;
    const isSame = own?.value && normalDashboard(own.value, sources) === text;
    exports.push({ title, path, text, state: isSame ? 'as it was' : own ? 'changed' : 'new' });
  }
  return exports;
}

/** Undefined for a file that is no JSON; it is not touched. */
function readJson(file: string): { uid?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
