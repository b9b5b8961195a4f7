import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { CHANNELS, type Channel, type ChannelName } from './channel.ts';
import type { Entry } from './entries.ts';
import { MOST_FAILURES } from './failure-switch.ts';
import type { Inbox } from './inbox.ts';
import { methodNotAllowed } from './plain-answers.ts';

const SINCE_EXPECTED = 'since must be the id of an entry: a whole number, 0 or more';

/** Everything under /api: for the page, for tests, and for people with curl. */
export function api(inbox: Inbox): Router {
  const { settings, channels, switches, stream } = inbox;
  const { channel, webhookPath, board } = settings;
  const { slack, mail, pager } = channels;
  const snapshot = () => ({
    channel: `#${channel}`,
    webhookPath,
    hasBoard: Boolean(board),
    failures: Object.fromEntries(CHANNELS.map((name) => [name, channels[name].failures.state])),
    messages: slack.store.since(0),
    mails: mail.store.since(0),
    pages: pager.store.since(0),
    switches: switches.all,
  });
  const clear: RequestHandler = (_request, response) => {
    for (const name of CHANNELS) channels[name].store.clear();
    switches.clear();
    stream.send('snapshot', snapshot());
    response.status(204).end();
  };

  const router = Router();
  const get = (path: string, handler: RequestHandler) =>
    router.route(path).get(handler).all(methodNotAllowed('GET, HEAD'));
  router
    .route('/messages')
    .get(list('messages', slack))
    .delete(clear)
    .all(methodNotAllowed('GET, HEAD, DELETE'));
  get('/mails', list('mails', mail));
  get('/pages', list('pages', pager));
  get('/deadman', (_request, response) => void response.json({ switches: switches.all }));
  addFailures(router, channels);

  get('/snapshot', (_request, response) => void response.json(snapshot()));

  router
    .route('/stream')
    // Without this line Express would answer HEAD as it answers GET, with a stream that never ends.
    .head(methodNotAllowed('GET'))
    .get((_request, response) => stream.open(response, snapshot()))
    .all(methodNotAllowed('GET'));
  return router;
}

/** Entries with ids above `since`, under that name. */
function list<E extends Entry>(name: string, { store }: Channel<E>): RequestHandler {
  return (request, response) => {
    const since = request.query.since ?? '0';
    if (typeof since !== 'string' || !/^\d{1,15}$/.test(since)) {
      response.status(400).json({ error: SINCE_EXPECTED });
      return;
    }
    response.json({ [name]: store.since(Number(since)) });
  };
}

function addFailures(router: Router, channels: Inbox['channels']): void {
  const nameIn = (value: unknown = 'slack') => CHANNELS.find((name) => name === value);
  const stateOf = (channel: ChannelName) => ({ channel, ...channels[channel].failures.state });

  const setFailures: RequestHandler = ({ body }, response) => {
    const channel = nameIn(body?.channel);
    const state = channel && readState(body, channels[channel].failures.statuses);
    if (!state) {
      response.status(400).json({ error: expected(channels, channel) });
      return;
    }
    channels[channel].failures.set(state);
    response.json(stateOf(channel));
  };
  const getFailures: RequestHandler = ({ query }, response) => {
    const channel = nameIn(query.channel);
    if (channel) response.json(stateOf(channel));
    else response.status(400).json({ error: expected(channels) });
  };
  const explain: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ error: expected(channels) });
  };
  router
    .route('/failures')
    .get(getFailures)
    .post(express.json({ limit: '1kb' }), setFailures, explain)
    .all(methodNotAllowed('GET, HEAD, POST'));
}

const expected = (channels: Inbox['channels'], channel: ChannelName = 'slack'): string =>
  'Send JSON, with Content-Type: application/json, such as {"next": 3, "status": 503}. ' +
  `next is a whole number from 0 to ${MOST_FAILURES}. ` +
  `channel may be left out, or be one of ${CHANNELS.join(', ')}. ` +
  `status may be left out, or be one of ${channels[channel].failures.statuses.join(', ')}.`;

/** Returns undefined when the body is not as `expected` says. */
function readState(body: unknown, statuses: number[]) {
  const { next, status = statuses[0] } = (body ?? {}) as { next?: unknown; status?: unknown };
  if (typeof next !== 'number' || !Number.isInteger(next)) return undefined;
  if (next < 0 || next > MOST_FAILURES) return undefined;
  if (typeof status !== 'number' || !statuses.includes(status)) return undefined;
  return { left: next, status };
}
