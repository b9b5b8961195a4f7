import type { Socket } from 'node:net';
import { serve } from '../../verify/expect/program/index.ts';

/** What becomes of a request: a response with this status, a reset connection, or nothing at all. */
export type Fate = 200 | 404 | 500 | 'reset' | 'silence';

/** @param number of the request, from 0 @returns its fate, and after how many milliseconds */
export type Plan = (number: number) => { fate: Fate; afterMs?: number };

/** What a web server on this machine has seen. Asking for /healthz is not counted. */
export interface Seen {
  /** When each request arrived, in milliseconds since 1970. */
  arrivedAt: number[];
  /** "GET /path" of each. */
  requests: string[];
  /** The connection that brought it. */
  sockets: Socket[];
  /** By how many milliseconds a response was late at most, because this machine had other things to do. */
  lateMs: number;
  /** How long a request without a response was waited for at most, in milliseconds. */
  waitedMs: number;
}

/** Dispose it to close it. @param onRequest is called after each request */
export async function listen(plan: Plan, onRequest: (seen: Seen) => void) {
  const seen: Seen = { arrivedAt: [], requests: [], sockets: [], lateMs: 0, waitedMs: 0 };
  const server = await serve(({ method, url, socket }, response) => {
    if (url === '/healthz') return void response.end();
    const now = Date.now();
    const { fate, afterMs = 20 } = plan(seen.arrivedAt.length);
    seen.arrivedAt.push(now);
    seen.requests.push(`${method} ${url}`);
    seen.sockets.push(socket);
    onRequest(seen);
    if (fate === 'silence') {
      socket.once('close', () => {
        seen.waitedMs = Math.max(seen.waitedMs, Date.now() - now);
      });
      return;
    }
    setTimeout(() => {
      seen.lateMs = Math.max(seen.lateMs, Date.now() - now - afterMs);
      if (fate === 'reset') return socket.resetAndDestroy();
      response.statusCode = fate;
      response.end('{"status":"ok"}');
    }, afterMs);
  });
  return { ...server, seen };
}
