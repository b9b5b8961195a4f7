import type { RequestHandler } from 'express';

/** The other server has so long for an answer. Milliseconds. */
const LIMIT = 5_000;

/**
 * Shows the pages of another server under an address of this one: asked for, never changed.
 *
 * @param origin "http://board:8091"
 */
export const handOn = (origin: string): RequestHandler => {
  return async ({ method, url, originalUrl, baseUrl }, response, next) => {
    if (method !== 'GET') return next();
    // What a page names by a relative address must stay below its own.
    if (originalUrl.split('?')[0] === baseUrl) return response.redirect(`${baseUrl}/`);
    try {
      const signal = AbortSignal.timeout(LIMIT);
      const answer = await fetch(`${origin}${url}`, { redirect: 'manual', signal });
      const body = Buffer.from(await answer.arrayBuffer());
      response.status(answer.status).type(answer.headers.get('Content-Type') ?? 'text/plain');
      response.send(body);
    } catch {
      response.status(502).type('text/plain').send(`${origin} does not answer\n`);
    }
  };
};
