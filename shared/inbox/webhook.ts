import type { RequestHandler, Router } from 'express';
import { readBody, refuse, route } from './delivery.ts';
import type { Inbox } from './inbox.ts';
import { readPayload } from './read-payload.ts';
import { slackRefusal as refusal } from './refusal.ts';

/** `curl -d` calls its JSON a form. Any other type is refused as invalid_payload. */
const TYPES = ['application/json', 'application/x-www-form-urlencoded'];

/** POST /services/:team/:bot/:token, which answers as Slack does. */
export function webhook({ settings, channels: { slack } }: Inbox): Router {
  const [, , team, bot, token] = settings.webhookPath.split('/');

  const checkAddress: RequestHandler = (request, _response, next) => {
    if (request.params.team !== team) throw refusal('no_team');
    if (request.params.bot !== bot) throw refusal('no_service');
    if (request.params.token !== token) throw refusal('invalid_token');
    next();
  };

  const deliver: RequestHandler = ({ body }, response) => {
    if (typeof body !== 'string') throw refusal('invalid_payload');
    const attempt = slack.admit(body);

    const received = readPayload(body);
    const channel = received.channel.replace(/^#/, '') || settings.channel;
    if (channel !== settings.channel) throw refusal('channel_not_found');

    slack.keep({ attempt, ...received, channel: `#${channel}` }, Buffer.byteLength(body));
    slack.count('ok');
    // Alertmanager counts a delivery as failed unless the body is exactly this.
    response.type('text/plain').send('ok');
  };

  const refuseAll = refuse(slack, {
    unreadable: refusal('invalid_payload'),
    tooLarge: refusal('payload_too_large'),
  });
  return route('/services/:team/:bot/:token', checkAddress, readBody(TYPES), deliver, refuseAll);
}
