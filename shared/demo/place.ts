import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { projectName, ROOT } from '../root.ts';
import { FINISHED } from '../verify/index.ts';

export { ROOT } from '../root.ts';

/** The name of the running stack, the same that `docker compose` uses in the root. */
export const PROJECT_NAME = process.env.COMPOSE_PROJECT_NAME ?? projectName(ROOT);

const SECRETS = `solutions/${FINISHED}/secrets`;
export const PASSWORD_FILE = `${SECRETS}/grafana/admin_password`;
const WEBHOOK_FILE = `${SECRETS}/alertmanager/slack_webhook_url`;

/** @throws MachineFault when messages would go to a real Slack, where the demo cannot see them arrive */
export async function refuseRealSlack(): Promise<void> {
  const webhook = await readFile(join(ROOT, WEBHOOK_FILE), 'utf8').catch(() => '');
  if (webhook === '' || webhook.startsWith('http://inbox:')) return;
  throw new MachineFault('real-webhook', { secrets: SECRETS });
}
