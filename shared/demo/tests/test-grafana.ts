import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { SKIPS } from '../../engine/index.ts';
import { ensureImages } from '../../images/index.ts';
import { countAs } from '../../stack/grafana-summary.ts';
import {
  clientOf,
  grafanaLogin,
  namedGrafana,
  type RunningGrafana,
  type Stack,
  startStack,
} from '../../stack/index.ts';
import { step } from './test-queries.ts';

/** A Grafana that shows the workshop's dashboards, or why there is none. */
export interface GrafanaToTest {
  running?: RunningGrafana;
  /** Only where it was started for the tests. */
  stack?: Stack;
  /** Such as "Grafana 12.4.14". */
  name: string;
  /** Why there is none. */
  reason?: string;
}

/** Where the app listens whose numbers the Grafana shows that GRAFANA_URL names. */
const APP_URL = process.env.APP_URL ?? 'http://127.0.0.1:8080';

/** The Grafana that GRAFANA_URL names, else one of its own; the app behind it gets some traffic to show. */
export async function grafanaToTest(): Promise<GrafanaToTest> {
  const named = namedGrafana();
  if (named) {
    await sendTraffic(APP_URL);
    return { running: named, name: await nameOf(named) };
  }
  const [image] = await ensureImages([String(step.compose().service('grafana').get('image'))]);
  if (image?.unavailable) {
    const reason = SKIPS['grafana-image']({ reason: image.unavailable });
    return { name: `${image.title} ${image.version}`, reason };
  }
  const { directory } = step.files;
  const stack = await startStack({ directory, optional: [] });
  await sendTraffic(await stack.url('app'));
  const password = readFileSync(join(directory, 'secrets/grafana/admin_password'), 'utf8').trim();
  const running = { url: await stack.url('grafana'), authorization: grafanaLogin(password) };
  return { running, stack, name: await nameOf(running) };
}

/** One request for each route. @throws Error when nothing listens there */
async function sendTraffic(app: string): Promise<void> {
  for (const path of ['/', '/slow', '/fail', '/nowhere']) {
    await fetch(new URL(path, app)).catch(() => {
      throw new Error(`The dashboards show the app, and it is not at ${app}: set APP_URL`);
    });
  }
}

const nameOf = async (running: RunningGrafana): Promise<string> => {
  const { version } = await clientOf(running).health();
  return `Grafana ${version}${namedGrafana() ? ` at ${running.url}` : ''}`;
};

/** Counts a test as one of a real Grafana. Without one it is skipped, or fails where one is required. */
export function needGrafana(context: TestContext, { name, running, reason }: GrafanaToTest): void {
  countAs(context, 'Grafana itself', name);
  if (running) return;
  if (process.env.REQUIRE_GRAFANA === '1') throw new Error(`Grafana is required. ${reason}`);
  context.skip(reason);
}

/** For what only the container of one's own can show. */
export function needContainer(context: TestContext, { stack }: GrafanaToTest): Stack {
  return stack ?? context.skip('a Grafana that GRAFANA_URL names has no container of ours');
}
