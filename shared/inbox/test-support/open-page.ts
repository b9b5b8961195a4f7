import type { BrowserContextOptions, Page } from 'playwright-core';
import { browserForTests } from '../../stack/test-open-browser.ts';
import type { Settings } from '../inbox.ts';
import { startInbox } from './start-inbox.ts';

// For every file that imports this one.
const browser = browserForTests();

/** Starts an inbox and opens its page, live. Whatever the page asked for and complained about is collected. */
export async function openPage(
  options: BrowserContextOptions = {},
  settings: Partial<Settings> = {},
) {
  const inbox = await startInbox(settings);
  const context = await browser().newContext(options);
  // Where every core starts containers, a page can take a minute to draw what a quiet machine draws at once.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => complaints.push(line.text()));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const live = page.getByText('Live', { exact: true });
  // A network that Docker adds meanwhile breaks off what a page is loading.
  for (let tries = 1; tries <= 5; tries += 1) {
    complaints.length = 0;
    await page.goto(inbox.url);
    if (
      await live.waitFor({ timeout: tries * 10_000 }).then(
        () => true,
        () => false,
      )
    )
      break;
  }
  await live.waitFor();
  return {
    ...inbox,
    page,
    requests,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      await inbox.stop();
    },
  };
}

/** The text of the first element that matches. */
export const textOf = (page: Page, selector: string) =>
  page.locator(selector).first().textContent();
