import type { RequestHandler } from 'express';
import { Gauge, Histogram } from 'prom-client';
import { labelsOf, requests } from './metrics.ts';

const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Seconds from a request to the end of its response.',
  labelNames: ['method', 'route', 'status_code'],
  // Upper bounds, in seconds. The question is how many took at most 0.3 s, so one bound is exactly there, and its
  // neighbours are near. GET /slow takes 1 s, so no bound is there: it would split answers that are alike.
  buckets: [0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.7, 1.5, 3, 6],
});

/** Middleware: times every request that reaches it, until its response has ended. */
export const timeRequests: RequestHandler = (req, res, next) => {
  const stop = durations.startTimer();
  // The labels are known only now, as in the counter. A client that hangs up before the answer is not timed.
  res.on('finish', () => stop(labelsOf(req, res)));
  next();
};

const inProgress = new Gauge({
  name: 'http_requests_in_progress',
  help: 'Requests whose response has not ended yet.',
});

/** Middleware: adds one while a request is under way. */
export const trackRequests: RequestHandler = (_req, res, next) => {
  inProgress.inc();
  // `close` comes last, once for every response: also when the client hangs up, and `finish` never comes.
  res.on('close', () => inProgress.dec());
  next();
};

// `increase` compares samples. A series that begins with its first failure, at 1, has never grown.
for (const route of ['/', '/slow', '/fail', '/work']) {
  for (const status_code of [200, 500]) {
    const labels = { method: 'GET', route, status_code };
    requests.inc(labels, 0);
    durations.zero(labels);
  }
}
