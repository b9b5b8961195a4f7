import express, { type ErrorRequestHandler, type Response } from 'express';
import type { Channel } from './channel.ts';
import type { Entry } from './entries.ts';
import { RETRY_AFTER } from './rate-limit.ts';
import { Refusal } from './refusal.ts';

/** Reads the body of a delivery as text. Any type that is not named stays unread. */
export const readBody = (type: string | string[] | (() => boolean)) =>
  express.text({ type, limit: '100kb' });

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
