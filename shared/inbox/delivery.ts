import express, {
  type ErrorRequestHandler,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { type Channel, RETRY_AFTER } from './channel.ts';
import type { Entry } from './entries.ts';
import { methodNotAllowed } from './plain-answers.ts';
import { Refusal } from './refusal.ts';

/** Reads the body of a delivery as text. Types that are not named, where some are, stay unread. */
export const readBody = (type: string[] | (() => boolean) = () => true) =>
  express.text({ type, limit: '100kb' });

/** A path where deliveries come in, and nothing else. */
export function route(path: string, ...handlers: (RequestHandler | ErrorRequestHandler)[]): Router {
  const router = Router();
  router
    .route(path)
    .post(...handlers)
    .all(methodNotAllowed('POST'));
  return router;
}

/**
 * Stands last on a delivery's route: counts what was refused, and answers it.
 *
 * @param unreadable what a body gets that cannot be read: an unknown charset or encoding, a broken gzip, an aborted upload
 * @param tooLarge what a body gets that is larger than readBody allows
 * @param answer sends the body; the status and Retry-After are set
 */
export function refuse<E extends Entry>(
  channel: Channel<E>,
  { unreadable, tooLarge }: { unreadable: Refusal; tooLarge: Refusal },
  answer: (response: Response, refusal: Refusal) => void = (response, { message }) =>
    void response.type('text/plain').send(message),
): ErrorRequestHandler {
  /** Undefined for an error that is not the sender's fault. */
  const refusalOf = (error: Error & { status?: number }) => {
    if (error instanceof Refusal) return error;
    if (error.status === 413) return tooLarge;
    return error.status && error.status < 500 ? unreadable : undefined;
  };
  return (error, _request, response, next) => {
    const refusal = refusalOf(error);
    if (!refusal) return next(error);
    channel.count(refusal);
    if (refusal.word === 'rate_limited' || refusal.status === 429) {
      response.set('Retry-After', String(RETRY_AFTER));
    }
    answer(response.status(refusal.status), refusal);
  };
}
