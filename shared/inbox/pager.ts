import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response, Router } from 'express';
import { readBody, refuse, route } from './delivery.ts';
import type { Inbox } from './inbox.ts';
import { readEvent } from './read-event.ts';
import { type Refusal, pagerRefusal as refusal } from './refusal.ts';

/** PagerDuty's own words for a refusal that is not about the event itself. */
const WORDS: Record<string, { status: string; message: string }> = {
  payload_too_large: { status: 'invalid event', message: 'Event object is too large' },
  rate_limited: {
    status: 'throttle exceeded',
    message: 'Requests for this service are arriving too quickly.  Please retry later.',
  },
  server_error: { status: 'error', message: 'Internal Server Error' },
  service_unavailable: { status: 'error', message: 'Service Unavailable' },
};

/** POST /v2/enqueue, which answers as PagerDuty's Events API v2 does. */
export function pager({ settings, channels: { pager } }: Inbox): Router {
  const deliver: RequestHandler = ({ body }, response) => {
    const text = typeof body === 'string' ? body : '';
    const attempt = pager.admit(text);
    const { dedupKey = randomUUID().replaceAll('-', ''), ...event } = readEvent(
      text,
      settings.routingKey(),
    );
    pager.keep({ attempt, dedupKey, ...event }, Buffer.byteLength(text));
    pager.count('ok');
    const answer = { status: 'success', message: 'Event processed', dedup_key: dedupKey };
    response.status(202).json(answer);
  };

  const answer = (response: Response, { word, message }: Refusal) =>
    void response.json(
      WORDS[word] ?? {
        status: 'invalid event',
        message: 'Event object is invalid',
        errors: message.split('\n'),
      },
    );
  const refuseAll = refuse(
    pager,
    {
      unreadable: refusal('invalid_event', 'JSON parse error'),
      tooLarge: refusal('payload_too_large'),
    },
    answer,
  );
  // The real service does not look at the type either.
  return route('/v2/enqueue', readBody(), deliver, refuseAll);
}
