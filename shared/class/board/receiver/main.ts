import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createReceiver } from './create-receiver.ts';
import { Learners } from './learners.ts';

const { WORD = '', STATE = '.', STUCK_SECONDS = '600' } = process.env;

/** What hangs is cut, after so many milliseconds. */
const LIMITS = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
};
/** A class needs a tenth of it. */
const MOST_CONNECTIONS = 1_000;

const { room, inside } = createReceiver({
  word: WORD,
  stuckAfter: Number(STUCK_SECONDS),
  learners: new Learners(join(STATE, 'learners.json')),
});
const servers = [
  [room, 8090],
  [inside, 8091],
] as const;
for (const [app, port] of servers) {
  const server = createServer(LIMITS, app).listen(port);
  server.maxConnections = MOST_CONNECTIONS;
  await once(server, 'listening');
  // Every change is on the disk before it is acknowledged, so nothing has to be finished.
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
  });
}
