import { expect, test } from 'vitest';
import { answerOf, startInbox, TRIGGER } from './test-support/start-inbox.ts';

test('an event is answered as PagerDuty does, and kept flat', async () => {
  await using inbox = await startInbox({ now: () => Date.UTC(2026, 0, 31, 9, 30) });
  const custom_details = { num_firing: 1 };

  const answer = await inbox.enqueue({
    ...TRIGGER,
    payload: { ...TRIGGER.payload, custom_details },
  });

  expect([answer.status, await answer.json()]).toEqual([
    202,
    { status: 'success', message: 'Event processed', dedup_key: 'abc' },
  ]);
  expect(await inbox.pages()).toEqual([
    {
      ...{ id: 1, receivedAt: '2026-01-31T09:30:00.000Z', attempt: 1 },
      ...{ action: 'trigger', dedupKey: 'abc', summary: '[FIRING:1] FastBurn' },
      ...{ severity: 'critical', source: 'Alertmanager', details: custom_details },
    },
  ]);
});

test('a resolve needs no payload, and a trigger without a key gets one', async () => {
  await using inbox = await startInbox();
  const { payload: _, ...resolve } = { ...TRIGGER, event_action: 'resolve' };

  await inbox.enqueue({ ...TRIGGER, dedup_key: undefined });
  await inbox.enqueue(resolve);

  expect(await inbox.pages()).toMatchObject([
    { action: 'trigger', dedupKey: expect.stringMatching(/^[0-9a-f]{32}$/) },
    { action: 'resolve', dedupKey: 'abc', summary: '', severity: '', source: '' },
  ]);
});

const trigger = (payload: object) => ({ ...TRIGGER, payload: { ...TRIGGER.payload, ...payload } });

test.each<[string, unknown, string[]]>([
  ['no event', [], ['JSON parse error']],
  ['no key', { ...TRIGGER, routing_key: undefined }, ["'routing_key' is missing or blank"]],
  [
    'a short key',
    { ...TRIGGER, routing_key: 'x' },
    ["Length of 'routing_key' is incorrect (should be 32 characters)"],
  ],
  ['another key', { ...TRIGGER, routing_key: 'Y'.repeat(32) }, ['Invalid routing key']],
  ['no action', { ...TRIGGER, event_action: '' }, ["'event_action' is missing or blank"]],
  [
    'an unknown action',
    { ...TRIGGER, event_action: 'fire' },
    [
      "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
    ],
  ],
  ['no payload', { ...TRIGGER, payload: 'x' }, ["'payload' is missing or blank"]],
  [
    'the severity that the alert has, and no source',
    trigger({ severity: 'page', source: '' }),
    [
      "'payload.source' is missing or blank",
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
  ],
  [
    'a resolve without its incident',
    { ...TRIGGER, event_action: 'resolve', dedup_key: '' },
    ["'dedup_key' is missing or blank"],
  ],
  [
    'a key of 256 characters',
    { ...TRIGGER, dedup_key: 'x'.repeat(256) },
    ["Length of 'dedup_key' is incorrect (should be at most 255 characters)"],
  ],
])("%s is refused in PagerDuty's words", async (_what, event, errors) => {
  await using inbox = await startInbox();

  const answer = await inbox.enqueue(event);

  expect([answer.status, await answer.json()]).toEqual([
    400,
    { status: 'invalid event', message: 'Event object is invalid', errors },
  ]);
  expect(await inbox.pages()).toEqual([]);
});

test('too many events in a second get 429 with the time to come back', async () => {
  await using inbox = await startInbox({ deliveriesPerSecond: 1 });
  await inbox.enqueue(TRIGGER);

  const second = await inbox.enqueue(TRIGGER);

  expect([second.status, second.headers.get('Retry-After')]).toEqual([429, '1']);
  expect(await second.json()).toMatchObject({ status: 'throttle exceeded' });
});

test.each([400, 429, 500, 503])('events fail with %i as asked, as JSON', async (status) => {
  await using inbox = await startInbox();
  await inbox.send('POST', '/api/failures', { next: 1, status, channel: 'pager' });

  const [first, body] = await answerOf(inbox.enqueue(TRIGGER));

  expect(first).toBe(status);
  expect(JSON.parse(body)).toMatchObject({ message: expect.any(String) });
  expect((await inbox.enqueue(TRIGGER)).status).toBe(202);
  expect(await inbox.pages()).toMatchObject([{ attempt: 2 }]);
});
