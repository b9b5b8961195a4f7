import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What becomes of a request: a good response, a 500, a reset connection, or nothing at all. */
export type Fate = 'ok' | 'fail' | 'reset' | 'silence';

/** @param number of the request, from 0 @returns its fate, and after how many milliseconds */
export type Plan = (number: number) => { fate: Fate; afterMs?: number };

/** A web server on this machine that remembers what came. Dispose it to close it. Asking for /healthz is not counted. */
export interface Target extends AsyncDisposable {
  url: string;
  /** When each request arrived, in milliseconds since 1970. */
  arrivedAt: number[];
  /** "GET /path" of each. */
  requests: string[];
  /** How many connections brought requests. */
  connections(): number;
  /** By how many milliseconds a response was late at most, because this machine had other things to do. */
  lateMs: number;
  /** Settles with the first request. */
  firstRequest: Promise<void>;
}

/** @param onRequest hears of each request when it has arrived */
export async function listen(
  plan: Plan,
  onRequest: (seen: Pick<Target, 'arrivedAt' | 'requests'>) => void = () => {},
): Promise<Target> {
  const arrivedAt: number[] = [];
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let lateMs = 0;
  let tellFirst = () => {};
  const firstRequest = new Promise<void>((resolve) => {
    tellFirst = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return void response.end();
    const now = Date.now();
    const { fate, afterMs = 20 } = plan(arrivedAt.length);
    arrivedAt.push(now);
    requests.push(`${request.method} ${request.url}`);
    sockets.add(request.socket);
    tellFirst();
    onRequest({ arrivedAt, requests });
    if (fate === 'silence') return;
    setTimeout(() => {
      lateMs = Math.max(lateMs, Date.now() - now - afterMs);
      if (fate === 'reset') return request.socket.resetAndDestroy();
      response.statusCode = fate === 'fail' ? 500 : 200;
      response.end('{"status":"ok"}');
    }, afterMs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ arrivedAt, requests, firstRequest },
    get lateMs() {
      return lateMs;
    },
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
