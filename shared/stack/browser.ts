import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { linuxDistribution } from '../engine/index.ts';

/** Where Linux distributions put Chromium; on macOS and Windows Playwright itself finds Chrome and Edge. */
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** Without the fonts every Chinese character is the same empty box. */
export const DEBIAN_PACKAGES = ['chromium', 'fonts-noto-cjk'];

/** How to get one, where nobody may or can install it for the user. Ubuntu's own package only asks for the snap. */
const HOW_TO_GET: Record<string, string> = {
  debian: `apt-get install ${DEBIAN_PACKAGES.join(' ')}`,
  ubuntu: 'snap install chromium, or Chrome from https://www.google.com/chrome/',
};

/** A busy machine takes long to start a browser; calling it missing then would skip what could be tested. */
const LAUNCH_LIMIT_MS = 180_000;

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
  const paths = CHROMIUM_PATHS.filter((path) => existsSync(path));
  const candidates = [
    ...paths.map((executablePath) => ({ executablePath })),
    ...['chrome', 'msedge'].map((channel) => ({ channel })),
  ];
  for (const candidate of candidates) {
    const browser = await chromium
      .launch({ ...candidate, args: ARGUMENTS, timeout: LAUNCH_LIMIT_MS })
      .catch(() => undefined);
    if (browser) return { browser };
  }
  const howToGet = HOW_TO_GET[linuxDistribution()] ?? 'install one of them';
  return { reason: `no Chromium, Chrome or Edge on this machine; to get one: ${howToGet}` };
}
