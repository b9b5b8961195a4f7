import { join } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { openBrowser } from '../stack/index.ts';
import { ROOT } from './place.ts';

/** As wide as the column that GitHub shows a README in, twice as sharp. */
const VIEW = { viewport: { width: 900, height: 800 }, deviceScaleFactor: 2 };

/**
 * Saves a picture of the inbox page, with the messages of the demo that is still up, into docs/pictures.
 *
 * @param inboxUrl where the page is, for example http://127.0.0.1:8025
 * @throws MachineFault where there is no browser, or no demo
 */
export async function takePictures(inboxUrl: string): Promise<string> {
  const opened = await openBrowser();
  if ('reason' in opened) {
    throw new MachineFault(
      'no-browser',
      `A picture needs a browser: ${opened.reason}.`,
      'Install Chromium',
    );
  }
  const { browser } = opened;
  try {
    const page = await browser.newPage(VIEW);
    await page.goto(inboxUrl);
    await page.getByText('RESOLVED: TooManyRequests').first().waitFor();
    const path = join(ROOT, 'docs/pictures/slack-inbox.png');
    await page.screenshot({ path });
    return path;
  } catch (error) {
    throw new MachineFault(
      'no-resolved-alert',
      `The inbox at ${inboxUrl} shows no resolved alert: ${(error as Error).message.split('\n')[0]}`,
      'npm run demo, then npm run pictures',
    );
  } finally {
    await browser.close();
  }
}
