import type { Browser, Page } from 'playwright-core';
import { type RunningGrafana, waitFor } from '../stack/index.ts';

/** What is looked at of a dashboard's file. */
export interface DashboardFile {
  uid: string;
  panels: {
    title: string;
    type: string;
    gridPos: { y: number; h: number };
    fieldConfig?: { defaults: { noValue?: string } };
  }[];
}

/** Panels have this long to be drawn, in seconds: Grafana loads most of its page only now. */
const DRAWN_WITHIN = 60;
/** A row of the grid, and what the page has above it, in pixels. */
const ROW = 38;
const HEADER = 120;

/** How Grafana names its parts for tests; the package @grafana/e2e-selectors lists them. */
const PANEL = 'data-testid Panel header ';
const ERROR = 'data-testid Panel status error';
const LOADING = 'Panel loading bar';
const EMPTY = 'data-testid Panel data error message';

/**
 * Opens a dashboard in a browser, waits until every panel shows something, and takes a picture.
 *
 * @param picture the path of the PNG file
 * @returns what is wrong with which panel; nothing when all show their numbers
 */
export async function lookAtDashboard(
  browser: Browser,
  { url, authorization }: RunningGrafana,
  { uid, panels }: DashboardFile,
  picture: string,
  withinSeconds = DRAWN_WITHIN,
): Promise<string[]> {
  const rows = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  // High enough for all, because Grafana draws a panel only when it is in sight.
  const viewport = { width: 1_400, height: HEADER + rows * ROW };
  const headers = { extraHTTPHeaders: { authorization } };
  const context = await browser.newContext({ viewport, ...headers });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/d/${uid}?kiosk&from=now-15m&to=now`);
    // Before their first answers panels are neither wrong nor right. A page that never rests is judged all the same.
    await page.waitForLoadState('networkidle', { timeout: 1_000 * withinSeconds }).catch(() => {});
    const look = () => problemsOn(page, panels);
    const wrong = await waitFor({
      ...{ what: 'every panel to be drawn', withinSeconds, look },
      until: (seen) => seen.length === 0,
    }).catch(look);
    await page.screenshot({ path: picture });
    return wrong;
  } finally {
    await context.close();
  }
}

async function problemsOn(page: Page, panels: DashboardFile['panels']): Promise<string[]> {
  const found = panels.map(async ({ title, type, fieldConfig }) => {
    if (type === 'row') return [];
    const panel = page.getByTestId(`${PANEL}${title}`);
    if ((await panel.count()) === 0) return [`"${title}" is not there`];
    if (await panel.getByTestId(ERROR).count()) return [`"${title}" has an error`];
    if (await panel.getByLabel(LOADING).count()) return [`"${title}" is still loading`];
    const empty = panel.getByTestId(EMPTY).or(panel.getByText('No data', { exact: true }));
    const { noValue } = fieldConfig?.defaults ?? {};
    const shown = noValue ? empty.or(panel.getByText(noValue, { exact: true })) : empty;
    const [text] = await shown.allTextContents();
    return text === undefined ? [] : [`"${title}" shows "${text}"`];
  });
  return (await Promise.all(found)).flat();
}
