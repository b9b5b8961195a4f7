import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, MachineFault } from '../engine/index.ts';

/** The file with the password of admin, from the step's folder. */
const PASSWORD = 'secrets/grafana/admin_password';

/** The Grafana of a step, and its address. @throws MachineFault when it is not running */
export async function findGrafana(folder: string, id: string) {
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
