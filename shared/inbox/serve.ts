import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInbox } from './create-inbox.ts';
import type { Settings } from './inbox.ts';

/** How long a stopping service waits for its clients. `docker stop` waits ten seconds before it kills. */
const DRAIN_LIMIT_MS = 3_000;

/** A service that accepts connections. `await using` stops it at the end of the block. */
export interface RunningInbox extends AsyncDisposable {
  port: number;
  /** Answers what is under way, then ends. Resolves when every connection is closed, after a few seconds at most. */
  stop(): Promise<void>;
}

/**
 * Starts an inbox.
 *
 * @param port 0 for any free one
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function serve(port: number, settings: Partial<Settings> = {}): Promise<RunningInbox> {
  const stopping = new AbortController();
  const server = createInbox({ ...settings, stopping: stopping.signal }).listen(port);
  await once(server, 'listening');

  // A client that keeps its connection open would hold a stopping server for ever; this makes it let go.
  server.prependListener('request', (_request, response) => {
    if (!server.listening) response.setHeader('Connection', 'close');
  });

  const closed = once(server, 'close');
  const stop = async () => {
    server.close();
    stopping.abort();
    // Browsers open connections in advance and may never use them; those are cut.
    setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS).unref();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, stop, [Symbol.asyncDispose]: stop };
}
