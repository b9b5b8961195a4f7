import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { MachineFault } from '../engine/index.ts';
import { clientOf, grafanaLogin, openBrowser, type RunningGrafana } from '../stack/index.ts';
import { type DashboardFile, lookAtDashboard } from './look-at-dashboard.ts';
import { PASSWORD_FILE, ROOT } from './place.ts';

const PICTURES = join(ROOT, 'docs/pictures');

/** As wide as the column that GitHub shows a README in, twice as sharp. */
const VIEW = { viewport: { width: 900, height: 800 }, deviceScaleFactor: 2 };

/**
 * Saves a picture of the inbox page and of each dashboard of the demo that is still up into docs/pictures.
 *
 * @param print gets the path of each picture, as soon as it is there
 * @throws MachineFault where there is no browser, no demo or no Grafana, or a panel shows nothing
 */
export async function takePictures(
  { inboxUrl, grafanaUrl }: { inboxUrl: string; grafanaUrl: string },
  print: (path: string) => void,
): Promise<void> {
  const opened = await openBrowser();
  if ('reason' in opened) throw new MachineFault('no-browser', { reason: opened.reason });
  await using browser = opened.browser;
  print(await pictureOfInbox(browser, inboxUrl));
  const password = await readFile(join(ROOT, PASSWORD_FILE), 'utf8').catch(() => '');
  const grafana = { url: grafanaUrl, authorization: grafanaLogin(password.trim()) };
  for (const dashboard of await fetchDashboards(grafana)) {
    const path = join(PICTURES, `dashboard-${dashboard.uid}.png`);
    const [wrong] = await lookAtDashboard(browser, grafana, dashboard, path);
    print(path);
    if (wrong) {
      throw new MachineFault('panel-without-data', { dashboard: dashboard.uid, problem: wrong });
    }
  }
}

async function pictureOfInbox(browser: Browser, url: string): Promise<string> {
  try {
    const page = await browser.newPage(VIEW);
    await page.goto(url);
    await page.getByText('RESOLVED: TooManyRequests').first().waitFor();
    const path = join(PICTURES, 'inbox.png');
    await page.screenshot({ path });
    return path;
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    throw new MachineFault('no-resolved-alert', { inbox: url, reason });
  }
}

async function fetchDashboards(grafana: RunningGrafana): Promise<DashboardFile[]> {
  const client = clientOf(grafana);
  try {
    const uids = (await client.dashboards()).map(({ uid }) => uid);
    return (await Promise.all(uids.map(client.dashboard))) as unknown as DashboardFile[];
  } catch (error) {
    throw new MachineFault('no-dashboards', { reason: (error as Error).message });
  }
}
