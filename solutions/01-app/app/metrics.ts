import type { Request, RequestHandler } from 'express';
// #region task: collect what Node.js knows about itself: CPU time, memory, event loop, garbage collection
// #starter import { register } from 'prom-client';
// #starter
// #starter // The registry holds every metric of this process; GET /metrics prints it.
// #starter export { register };
import { Counter, collectDefaultMetrics, register } from 'prom-client';

// The registry holds every metric of this process; GET /metrics prints it.
export { register };

// What Node.js knows about itself: CPU seconds, resident memory, event loop lag, garbage collection.
collectDefaultMetrics();
// #endregion

// #region task: count every answered request in http_requests_total, labelled method, route and status_code
// #starter /** Middleware: sees every request that reaches it. */
// #starter export const countRequests: RequestHandler = (req, res, next) => {
// #starter   console.log(methodOf(req), routeOf(req), res.statusCode);
// #starter   next();
// #starter };
// Prometheus stores one series for every combination of label values, so each label needs few values.
const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests answered since this process started.',
  labelNames: ['method', 'route', 'status_code'],
});

/** Middleware: counts every request that reaches it, once, when its response has ended. */
export const countRequests: RequestHandler = (req, res, next) => {
  // Not now: the route is not matched yet and the status code not decided.
  // A client that hangs up before the answer is not counted.
  res.on('finish', () => {
    requests.inc({ method: methodOf(req), route: routeOf(req), status_code: res.statusCode });
  });
  next();
};
// #endregion

const COMMON_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The method, or `other`: Node.js accepts more than thirty, from ACL to UNSUBSCRIBE. */
function methodOf(req: Request): string {
  return COMMON_METHODS.includes(req.method) ? req.method : 'other';
}

// #region task: label a request with the pattern of its matched route, and a request without one as unmatched
// #starter function routeOf(req: Request): string {
// #starter   return req.path;
// #starter }
/**
 * The pattern of the matched route (`/users/:id`), not the path that was asked for (`/users/42`):
 * 10,000 random paths would make 10,000 series. A request without a route is `unmatched`.
 * `baseUrl` is where a router is mounted, empty here; mount routers only on paths without a parameter.
 */
function routeOf(req: Request): string {
  return req.route ? req.baseUrl + req.route.path : 'unmatched';
}
// #endregion
