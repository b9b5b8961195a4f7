import type { RequestHandler, Router } from 'express';
import { MOST_SWITCHES } from './deadman-switches.ts';
import { readBody, refuse, route } from './delivery.ts';
import type { Inbox } from './inbox.ts';
import { parseObject } from './json.ts';
import { deadmanRefusal as refusal } from './refusal.ts';

/** Also the value of a metric's label, so neither long nor strange. */
const NAME = /^[\w.-]{1,64}$/;

/** POST /deadman/:name, a ping as healthchecks.io and Dead Man's Snitch take it: whatever the body says, it counts. */
export function deadman({ channels: { deadman }, switches, stream }: Inbox): Router {
  const ping: RequestHandler<{ name: string }> = (request, response) => {
    const { name } = request.params;
    const body = typeof request.body === 'string' ? request.body : '';
    deadman.admit(name);
    if (!NAME.test(name)) {
      throw refusal('invalid_name', 'invalid_name: 1 to 64 letters, digits, dots and dashes');
    }
    if (body !== '' && !parseObject(body)) throw refusal('invalid_payload');
    if (!switches.ping(name)) {
      throw refusal('too_many_switches', `too_many_switches: there are ${MOST_SWITCHES} already`);
    }
    deadman.count('ok');
    stream.send('switches', switches.all);
    response.type('text/plain').send('OK');
  };

  const refuseAll = refuse(deadman, {
    unreadable: refusal('invalid_payload'),
    tooLarge: refusal('payload_too_large'),
  });
  return route('/deadman/:name', readBody(), ping as RequestHandler, refuseAll);
}
