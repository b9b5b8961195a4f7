import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { timeRequests, trackRequests } from './latency.ts';
import { countRequests, register } from './metrics.ts';

/** How long GET /slow waits before it answers. Milliseconds. */
const SLOW_ANSWER = 1_000;
/** The longest time that GET /work may be told to take. Milliseconds. */
const MOST_WORK = 5_000;

/** Builds the service. It does not listen yet: main.ts does, and so can a test, on a port of its own. */
export function createApp(): Express {
  const app = express();

  // These two come before the counting. Express runs handlers in the order of registration: below
  // `countRequests`, every scrape and every health check would count as traffic.
  app.get('/metrics', async (_req, res) => {
    // Prometheus 3 refuses a scrape whose Content-Type it does not know.
    res.set('Content-Type', register.contentType);
    // `end` leaves it as it is; `send` would write it anew.
    res.end(await register.metrics());
  });
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });

  app.use(countRequests, timeRequests, trackRequests);

  app.get('/', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/slow', async (_req, res) => {
    await sleep(SLOW_ANSWER);
    res.json({ status: 'ok', waited_ms: SLOW_ANSWER });
  });
  app.get('/work', async (req, res) => {
    const ms = req.query.ms;
    if (typeof ms !== 'string' || !/^\d{1,4}$/.test(ms) || Number(ms) > MOST_WORK) {
      res.status(400).json({ error: `ms must be a whole number from 0 to ${MOST_WORK}` });
      return;
    }
    await sleep(Number(ms));
    res.json({ status: 'ok', waited_ms: Number(ms) });
  });
  app.get('/fail', () => {
    throw new Error('this route always fails');
  });

  // Reached only when no route above has answered.
  app.use((_req, res) => {
    res.status(404).json({ error: STATUS_CODES[404] });
  });

  // Last, because Express passes an error only to handlers registered after the place it was thrown.
  app.use(answerError);
  return app;
}

/** Tells the client that something failed, and only the log what: an error message may hold secrets. */
const answerError: ErrorRequestHandler = (error, req, res, _next) => {
  // Express marks a request it cannot read, such as a parameter ending in %, with a status from 400 to 499.
  const status = error.status ?? 500;
  if (status >= 500) console.error(`${req.method} ${req.path} failed: ${error.message}`);
  res.status(status).json({ error: STATUS_CODES[status] });
};
