import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openBrowser } from './browser.ts';

/** A browser for all tests of the file or group that calls it. Without one they are skipped, and say why. */
export function browserForTests(): () => Browser {
  let browser: Browser | undefined;
  let reason = '';
  beforeAll(async () => {
    const opened = await openBrowser();
    if ('browser' in opened) browser = opened.browser;
    else reason = opened.reason;
  });
  beforeEach((context) => context.skip(!browser, reason));
  afterAll(() => browser?.close());
  return () => {
    if (!browser) throw new Error(reason);
    return browser;
  };
}
