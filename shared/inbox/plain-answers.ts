import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';

/**
 * Nothing on the page comes from elsewhere, and no script can be smuggled in through a message.
 * https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Text that would be parsed as HTML is an error, so nobody can use innerHTML by mistake.
  "require-trusted-types-for 'script'",
].join('; ');

export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    // Whoever follows a link in a message does not tell where it stood.
    'Referrer-Policy': 'no-referrer',
  });
  next();
};

/** Stands last on a route. @param allowed as in the Allow header: "GET, HEAD" */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (request, response) => {
    const text = `${request.method} is not possible here. Possible: ${allowed}\n`;
    response.status(405).set('Allow', allowed).type('text/plain').send(text);
  };
}

export const notFound: RequestHandler = (_request, response) => {
  response.status(404).type('text/plain').send('There is nothing here. The messages are at /\n');
};

/** The end of every error that no route has dealt with. The stack trace goes to the log, never to the client. */
export const lastResort: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const status = error.status >= 400 && error.status < 500 ? error.status : 500;
  if (status === 500) console.error(error);
  response.status(status).type('text/plain').send(`${STATUS_CODES[status]}\n`);
};
