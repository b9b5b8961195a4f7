import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReceiver } from '../receiver/create-receiver.ts';
import { Learners } from '../receiver/learners.ts';

export const WORD = 'k7w3mp2x';
export const WORK = { step: 3, hints: 1, task: 4, passed: 5, checks: 17, solved: false };

/** A receiver in this process, whose clock the test moves. */
export async function startReceiver({ stuckAfter = 600 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'board-'));
  const file = join(folder, 'learners.json');
  const clock = { now: Date.parse('2026-11-28T09:00:00Z') };
  const now = () => clock.now;
  const learners = new Learners(file, now);
  const apps = createReceiver({ learners, word: WORD, stuckAfter, now });
  const servers = [createServer(apps.room).listen(0), createServer(apps.inside).listen(0)];
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [url = '', inside = ''] = servers.map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  const post = async (path: string, body: unknown, token = '') => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: token ? { authorization: `Bearer ${token}` } : {},
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
  return {
    ...{ url, inside, file, learners, clock, post },
    /** @returns the token */
    join: async (nickname: string): Promise<string> =>
      (await post('/join', { word: WORD, nickname })).body.token,
    shown: async (): Promise<unknown> =>
      (await fetch(`${url}/learners`, { headers: { authorization: `Bearer ${WORD}` } })).json(),
    metrics: async () => (await fetch(`${inside}/metrics`)).text(),
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
