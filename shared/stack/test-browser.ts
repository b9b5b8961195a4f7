import { announce, linuxDistribution } from '../engine/index.ts';
import { apt, mayInstall } from '../engine/install-engine.ts';
import { DEBIAN_PACKAGES, openBrowser } from './browser.ts';

/**
 * Once before all tests that need a browser: as root on Debian, installs one where there is none.
 *
 * @throws ExecaError with the words of apt-get
 */
export default async function ensureBrowser(): Promise<void> {
  const opened = await openBrowser();
  if ('browser' in opened) return opened.browser.close();
  if (!mayInstall() || linuxDistribution() !== 'debian') return;
  await announce(
    'Browser: there is none, so Chromium is installed (WORKSHOP_NO_INSTALL=1 turns this off)',
    async () => {
      await apt('update');
      await apt('install', '--no-install-recommends', ...DEBIAN_PACKAGES);
    },
    () => ({ text: 'Chromium installed' }),
  );
}
