import { expect, test } from 'vitest';
import { answerOf, startInbox } from './test-support/start-inbox.ts';

test('two deliveries fail as asked, and the third says it was the third attempt', async () => {
  await using inbox = await startInbox();

  const set = await inbox.send('POST', '/api/failures', { next: 2 });

  expect(await set.json()).toEqual({ channel: 'slack', left: 2, status: 503 });
  expect(await answerOf(inbox.deliver({ text: 'hi' }))).toEqual([503, 'service_unavailable']);
  expect(await answerOf(inbox.deliver({ text: 'hi' }))).toEqual([503, 'service_unavailable']);
  expect(await answerOf(inbox.send('GET', '/api/failures'))).toEqual([
    200,
    '{"channel":"slack","left":0,"status":503}',
  ]);
  expect(await answerOf(inbox.deliver({ text: 'hi' }))).toEqual([200, 'ok']);
  await inbox.deliver({ text: 'hi' });
  expect((await inbox.messages()).map(({ attempt }) => attempt)).toEqual([3, 1]);
});

test.each([
  [403, 'action_prohibited'],
  [404, 'channel_not_found'],
  [410, 'channel_is_archived'],
  [429, 'rate_limited'],
  [500, 'rollup_error'],
  [503, 'service_unavailable'],
])('deliveries fail with %i as asked', async (status, word) => {
  await using inbox = await startInbox();
  await inbox.send('POST', '/api/failures', { next: 1, status });

  const answer = await inbox.deliver({ text: 'hi' });

  expect([answer.status, await answer.text()]).toEqual([status, word]);
  expect(answer.headers.get('Retry-After')).toBe(status === 429 ? '1' : null);
});

test('a switch set to 0 accepts the next delivery', async () => {
  await using inbox = await startInbox();
  await inbox.send('POST', '/api/failures', { next: 5 });

  await inbox.send('POST', '/api/failures', { next: 0 });

  expect(await answerOf(inbox.deliver({ text: 'hi' }))).toEqual([200, 'ok']);
});

test.each([
  {},
  null,
  [],
  { next: -1 },
  { next: 101 },
  { next: 1.5 },
  { next: '3' },
  { next: 1, status: 200 },
  { next: 1, status: '503' },
  { next: 1, status: 'constructor' },
  { next: 1, padding: 'x'.repeat(2_000) },
])('a switch that gets %j returns a 4xx that says what was expected', async (body) => {
  await using inbox = await startInbox();

  const answer = await inbox.send('POST', '/api/failures', body);

  expect(answer.status).toBe(body && 'padding' in body ? 413 : 400);
  expect(await answer.text()).toMatch(
    /^\{"error":"Send JSON.*next is a whole number from 0 to 100/,
  );
  expect(await answerOf(inbox.deliver({ text: 'hi' }))).toEqual([200, 'ok']);
});
