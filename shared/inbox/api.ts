import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import {
  FAILURE_STATUSES,
  type FailureState,
  type FailureSwitch,
  MOST_FAILURES,
} from './failure-switch.ts';
import type { Inbox } from './inbox.ts';
import type { MessageStore } from './message-store.ts';
import { methodNotAllowed } from './plain-answers.ts';

const SINCE_EXPECTED = 'since must be the id of a message: a whole number, 0 or more';

const FAILURES_EXPECTED =
  'Send JSON, with Content-Type: application/json, such as {"next": 3, "status": 503}. ' +
  `next is a whole number from 0 to ${MOST_FAILURES}. ` +
  `status may be left out, or be one of ${FAILURE_STATUSES.join(', ')}.`;

/** Everything under /api: for the page, for tests, and for people with curl. */
export function api(inbox: Inbox): Router {
  const { settings, store, failures, stream } = inbox;
  const { channel, webhookPath } = settings;
  const snapshot = () => ({
    channel: `#${channel}`,
    webhookPath,
    failures: failures.state,
    messages: store.since(0),
  });
  const router = Router();
  addMessages(router, store, () => stream.send('snapshot', snapshot()));
  addFailures(router, failures);

  router
    .route('/snapshot')
    .get((_request, response) => void response.json(snapshot()))
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/stream')
    // Without this line Express would answer HEAD as it answers GET, with a stream that never ends.
    .head(methodNotAllowed('GET'))
    .get((_request, response) => stream.open(response, snapshot()))
    .all(methodNotAllowed('GET'));
  return router;
}

function addMessages(router: Router, store: MessageStore, afterClear: () => void): void {
  router
    .route('/messages')
    .get((request, response) => {
      const since = request.query.since ?? '0';
      if (typeof since !== 'string' || !/^\d{1,15}$/.test(since)) {
        response.status(400).json({ error: SINCE_EXPECTED });
        return;
      }
      response.json({ messages: store.since(Number(since)) });
    })
    .delete((_request, response) => {
      store.clear();
      afterClear();
      response.status(204).end();
    })
    .all(methodNotAllowed('GET, HEAD, DELETE'));
}

function addFailures(router: Router, failures: FailureSwitch): void {
  const setFailures: RequestHandler = (request, response) => {
    const wanted = readFailures(request.body);
    if (!wanted) {
      response.status(400).json({ error: FAILURES_EXPECTED });
      return;
    }
    failures.set(wanted);
    response.json(failures.state);
  };
  const explain: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ error: FAILURES_EXPECTED });
  };
  router
    .route('/failures')
    .get((_request, response) => void response.json(failures.state))
    .post(express.json({ limit: '1kb' }), setFailures, explain)
    .all(methodNotAllowed('GET, HEAD, POST'));
}

/** Answers undefined when the body is not as FAILURES_EXPECTED says. */
function readFailures(body: unknown): FailureState | undefined {
  const { next, status = 503 } = (body ?? {}) as { next?: unknown; status?: unknown };
  if (typeof next !== 'number' || !Number.isInteger(next)) return undefined;
  if (next < 0 || next > MOST_FAILURES) return undefined;
  if (typeof status !== 'number' || !FAILURE_STATUSES.includes(status)) return undefined;
  return { left: next, status };
}
