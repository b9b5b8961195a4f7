import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp, createInbox } from './create-inbox.ts';
import type { Settings } from './inbox.ts';
import { mailServer } from './mail.ts';

/** How long a stopping service waits for its clients. `docker stop` waits ten seconds before it kills. */
const DRAIN_LIMIT_MS = 3_000;

/** A service that accepts connections. `await using` stops it at the end of the block. */
export interface RunningInbox extends AsyncDisposable {
  port: number;
  smtpPort: number;
  /** Answers what is under way, then ends. Resolves when every connection is closed, after a few seconds at most. */
  stop(): Promise<void>;
}

/**
 * Starts an inbox.
 *
 * @param port of HTTP; 0 for any free one
 * @throws Error with code EADDRINUSE when a port is taken
 */
export async function serve(port: number, settings: Partial<Settings> = {}): Promise<RunningInbox> {
  const stopping = new AbortController();
  const inbox = createInbox({ ...settings, stopping: stopping.signal });
  const server = createApp(inbox).listen(port);
  await once(server, 'listening');

  // A client that keeps its connection open would hold a stopping server for ever; this makes it let go.
  server.prependListener('request', (_request, response) => {
    if (!server.listening) response.setHeader('Connection', 'close');
  });

  const mails = mailServer(inbox);
  const stop = async () => {
    const closed = Promise.all([
      once(server, 'close'),
      new Promise<void>((done) => mails.close(done)),
    ]);
    server.close();
    stopping.abort();
    // Browsers open connections in advance and may never use them; those are cut.
    setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS).unref();
    await closed;
  };
  try {
    await once(mails.listen(inbox.settings.smtpPort), 'listening');
  } catch (error) {
    await stop();
    throw error;
  }
  const portOf = (listening: { address(): unknown }) => (listening.address() as AddressInfo).port;
  return {
    port: portOf(server),
    smtpPort: portOf(mails.server),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
