import querystring from 'node:querystring';
import { z } from 'zod';
import { basicLogin, httpClient } from '../stack/index.ts';
import type { Play } from './play.ts';

const status = z.object({
  config: z.object({ original: z.string() }),
  versionInfo: z.object({ version: z.string() }),
});
const silence = z.looseObject({ status: z.object({ state: z.string() }) });

/**
 * Asks a running Alertmanager for what it routes by. It is only read: an alert posted there would reach people.
 *
 * @param url as in a browser: http://localhost:9093, or http://NAME:PASSWORD@HOST where it asks for a login
 * @throws Error when nothing answers there, or something else does
 */
export async function readRunning(
  url: string,
): Promise<Pick<Play, 'config' | 'isLoaded' | 'silences'> & { version: string }> {
  const { username = '', password = '' } = URL.canParse(url) ? new URL(url) : {};
  // This one leaves a stray % as it is.
  const base = url.replace(/\/+(#.*)?$/, '').replace(/\/\/[^/]*@/, '//');
  const authorization = basicLogin(querystring.unescape(username), querystring.unescape(password));
  const http = httpClient('Alertmanager', async () => base, username ? { authorization } : {});
  const [{ config, versionInfo }, silences] = await Promise.all([
    http.get('/api/v2/status', status),
    http.get('/api/v2/silences', z.array(silence)),
  ]);
  return {
    // Alertmanager shows its configuration there, with the same lines.
    config: { file: `${base}/#/status`, text: config.original },
    ...{ isLoaded: true, version: versionInfo.version },
    silences: silences
      .filter((it) => it.status.state === 'active')
      .map(({ id: _id, status: _status, updatedAt: _updated, ...rest }) => rest),
  };
}
