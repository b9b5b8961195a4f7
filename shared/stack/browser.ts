import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Linux distributions put Chromium; on macOS and Windows Playwright itself finds Chrome and Edge. */
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** Chromium as root needs no sandbox of its own, and a test needs none of its calls home. */
const ARGUMENTS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens a browser that is already on this machine, or says why that cannot be done. Nothing is downloaded. */
export async function openBrowser(): Promise<{ browser: Browser } | { reason: string }> {
  const executablePath = CHROMIUM_PATHS.find((path) => existsSync(path));
  const candidates = executablePath
    ? [{ executablePath }]
    : [{ channel: 'chrome' }, { channel: 'msedge' }];
  for (const candidate of candidates) {
    const browser = await chromium.launch({ ...candidate, args: ARGUMENTS }).catch(() => undefined);
    if (browser) return { browser };
  }
  return { reason: 'no Chromium, Chrome or Edge on this machine' };
}
