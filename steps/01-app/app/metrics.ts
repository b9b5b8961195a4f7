import type { Request, RequestHandler } from 'express';
// TODO: collect what Node.js knows about itself: CPU time, memory, event loop, garbage collection
import { register } from 'prom-client';

// The registry holds every metric of this process; GET /metrics prints it.
export { register };

// TODO: count every answered request in http_requests_total, labelled method, route and status_code
/** Middleware: sees every request that reaches it. */
export const countRequests: RequestHandler = (req, res, next) => {
  console.log(methodOf(req), routeOf(req), res.statusCode);
  next();
};

const COMMON_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The method, or `other`: Node.js accepts more than thirty, from ACL to UNSUBSCRIBE. */
function methodOf(req: Request): string {
  return COMMON_METHODS.includes(req.method) ? req.method : 'other';
}

// TODO: label a request with the pattern of its matched route, and a request without one as unmatched
function routeOf(req: Request): string {
  return req.path;
}
