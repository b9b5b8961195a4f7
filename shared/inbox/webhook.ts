import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Inbox } from './inbox.ts';
import { methodNotAllowed } from './plain-answers.ts';
import { RateLimit, RETRY_AFTER } from './rate-limit.ts';
import { readPayload } from './read-payload.ts';
import { REFUSALS, Refusal, type RefusalWord } from './refusal.ts';

/** Any other type stays unread, and is refused as invalid_payload. `curl -d` calls its JSON a form. */
const readBody = express.text({
  type: ['application/json', 'application/x-www-form-urlencoded'],
  limit: '100kb',
});

/** POST /services/:team/:bot/:token, which answers as Slack does. */
export function webhook({ settings, store, failures, stream, metrics }: Inbox): Router {
  const [, , team, bot, token] = settings.webhookPath.split('/');
  const rateLimit = new RateLimit(settings.deliveriesPerSecond);

  const checkAddress: RequestHandler = (request, _response, next) => {
    if (request.params.team !== team) throw new Refusal('no_team');
    if (request.params.bot !== bot) throw new Refusal('no_service');
    if (request.params.token !== token) throw new Refusal('invalid_token');
    next();
  };

  const deliver: RequestHandler = ({ body }, response) => {
    if (typeof body !== 'string') throw new Refusal('invalid_payload');
    const now = settings.now();
    rateLimit.pass(now);
    const attempt = failures.pass(body);

    const received = readPayload(body);
    const channel = received.channel.replace(/^#/, '') || settings.channel;
    if (channel !== settings.channel) throw new Refusal('channel_not_found');

    const news = { attempt, ...received, channel: `#${channel}` };
    const message = store.add(news, Buffer.byteLength(body), now);
    stream.send('message', message);
    metrics.countDelivery('ok');
    // Alertmanager counts a delivery as failed unless the body is exactly this.
    response.type('text/plain').send('ok');
  };

  const refuse: ErrorRequestHandler = (error, _request, response, next) => {
    const word = refusalWord(error);
    if (!word) return next(error);
    metrics.countDelivery(word);
    if (word === 'rate_limited') response.set('Retry-After', String(RETRY_AFTER));
    response.status(REFUSALS[word]).type('text/plain').send(word);
  };

  const router = Router();
  router
    .route('/services/:team/:bot/:token')
    .post(checkAddress, readBody, deliver, refuse)
    .all(methodNotAllowed('POST'));
  return router;
}

/** Answers undefined for an error that is not the sender's fault. */
function refusalWord(error: Error & { status?: number }): RefusalWord | undefined {
  if (error instanceof Refusal) return error.word;
  if (error.status === 413) return 'payload_too_large';
  // The rest of what reading a body can find: an unknown charset or encoding, a broken gzip, an aborted upload.
  if (error.status && error.status < 500) return 'invalid_payload';
  return undefined;
}
