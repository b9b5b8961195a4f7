import type { Request, RequestHandler, Response } from 'express';
import { Counter, collectDefaultMetrics, register } from 'prom-client';

// The registry holds every metric of this process; GET /metrics prints it.
export { register };

// What Node.js knows about itself: CPU seconds, resident memory, event loop lag, garbage collection.
collectDefaultMetrics();

// Prometheus stores one series for every combination of label values, so each label needs few values.
export const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests answered since this process started.',
  labelNames: ['method', 'route', 'status_code'],
});

/** Middleware: counts every request that reaches it, once, when its response has ended. */
export const countRequests: RequestHandler = (req, res, next) => {
  // Not now: the route is not matched yet and the status code not decided.
  // A client that hangs up before the answer is not counted.
  res.on('finish', () => {
    requests.inc(labelsOf(req, res));
  });
  next();
};

/** Whatever is asked for, each label has few values. Call it when the response has ended: before, they are not known. */
export const labelsOf = (req: Request, res: Response) => ({
  method: methodOf(req),
  route: routeOf(req),
  status_code: res.statusCode,
});

const COMMON_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The method, or `other`: Node.js accepts more than thirty, from ACL to UNSUBSCRIBE. */
function methodOf(req: Request): string {
  return COMMON_METHODS.includes(req.method) ? req.method : 'other';
}

/**
 * The pattern of the matched route (`/users/:id`), not the path that was asked for (`/users/42`):
 * 10,000 random paths would make 10,000 series. A request without a route is `unmatched`.
 * `baseUrl` is where a router is mounted, empty here; mount routers only on paths without a parameter.
 */
function routeOf(req: Request): string {
  return req.route ? req.baseUrl + req.route.path : 'unmatched';
}
