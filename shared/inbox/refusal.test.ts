import { expect, test } from 'vitest';
import { answerOf, startInbox } from './test-support/start-inbox.ts';

test.each([
  ['a list', [], 400, 'invalid_payload'],
  ['null', null, 400, 'invalid_payload'],
  ['a text that is a number', { text: 5 }, 400, 'invalid_payload'],
  ['attachments that are no list', { attachments: {} }, 400, 'invalid_payload'],
  ['an attachment that is no object', { attachments: ['x'] }, 400, 'invalid_payload'],
  ['a field with a number', { attachments: [{ fields: [{ value: 1 }] }] }, 400, 'invalid_payload'],
  ['nothing in it', {}, 400, 'no_text'],
  ['an empty text', { text: '' }, 400, 'no_text'],
  ['an empty attachment', { attachments: [{ text: '', fallback: '' }] }, 400, 'no_text'],
  ['no blocks', { blocks: [] }, 400, 'no_text'],
  ['another channel', { text: 'hi', channel: '#general' }, 404, 'channel_not_found'],
  ['more than 100 kB', { text: 'x'.repeat(103_000) }, 413, 'payload_too_large'],
])("refuses in Slack's words a payload that is or has %s", async (_what, payload, ...expected) => {
  await using inbox = await startInbox();

  const answer = answerOf(inbox.deliver(payload));

  expect(await answer).toEqual(expected);
  expect(await inbox.messages()).toEqual([]);
});

test.each([
  ['team', '/services/T1/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', 404, 'no_team'],
  ['bot', '/services/T00000000/B1/XXXXXXXXXXXXXXXXXXXXXXXX', 404, 'no_service'],
  ['token', '/services/T00000000/B00000000/wrong', 403, 'invalid_token'],
])("refuses in Slack's words an address with another %s", async (_part, path, ...expected) => {
  await using inbox = await startInbox();

  const answer = answerOf(inbox.send('POST', path, { text: 'hi' }));

  expect(await answer).toEqual(expected);
});

test('too many in a second get 429 with the time to come back, which holds', async () => {
  let now = 0;
  await using inbox = await startInbox({ deliveriesPerSecond: 2, now: () => now });
  await inbox.deliver({ text: '1' });
  await inbox.deliver({ text: '2' });

  const third = await inbox.deliver({ text: '3' });

  expect([third.status, await third.text()]).toEqual([429, 'rate_limited']);
  expect(third.headers.get('Retry-After')).toBe('1');
  now += 1_000;
  expect(await answerOf(inbox.deliver({ text: '3' }))).toEqual([200, 'ok']);
});

test('only the path and channel that are set are accepted', async () => {
  await using inbox = await startInbox({
    webhookPath: '/services/T1/B1/secret',
    channel: '#ops',
  });

  const [ours, placeholder, channel] = await Promise.all([
    answerOf(inbox.send('POST', '/services/T1/B1/secret', { text: 'hi', channel: '#ops' })),
    answerOf(inbox.deliver({ text: 'hi' })),
    answerOf(inbox.send('POST', '/services/T1/B1/secret', { text: 'hi', channel: '#alerts' })),
  ]);

  expect(ours).toEqual([200, 'ok']);
  expect(placeholder).toEqual([404, 'no_team']);
  expect(channel).toEqual([404, 'channel_not_found']);
});
