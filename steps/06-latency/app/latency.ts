import type { RequestHandler } from 'express';
// TODO: time every answered request in the histogram http_request_duration_seconds, with a bound at 0.3 seconds

/** Middleware: sees every request that is counted. */
export const timeRequests: RequestHandler = (_req, _res, next) => {
  next();
};

// TODO: show in the gauge http_requests_in_progress how many requests wait for the end of their response
/** Middleware: sees every request that is counted. */
export const trackRequests: RequestHandler = (_req, _res, next) => {
  next();
};

// TODO: begin the series of every route at 0, for success and for failure, before the first request
