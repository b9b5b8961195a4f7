import { expect, test } from 'vitest';
import { DEFAULTS } from './inbox.ts';
import { answerOf, FIRING, startInbox } from './test-support/start-inbox.ts';

test('a delivery from Alertmanager gets ok, and its message is kept flat', async () => {
  await using inbox = await startInbox({ now: () => Date.UTC(2026, 0, 31, 9, 30, 0, 7) });

  const answer = await inbox.deliver(FIRING);

  expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  expect(answer.headers.get('Content-Type')).toMatch(/^text\/plain/);
  expect(await inbox.messages()).toEqual([
    {
      id: 1,
      receivedAt: '2026-01-31T09:30:00.007Z',
      attempt: 1,
      channel: '#alerts',
      username: 'Alertmanager',
      pretext: '',
      title: 'FIRING: InstanceDown',
      titleLink: 'http://localhost:9093/#/alerts?receiver=slack',
      text: '*app:8080 does not answer*\nSince 14:01:12 UTC\n',
      color: 'danger',
      fields: [
        { title: 'Severity', value: 'critical', short: true },
        { title: 'Job', value: 'web', short: false },
      ],
      footer: 'Alertmanager of the workshop',
      fallback: '[FIRING:1] InstanceDown | http://localhost:9093/#/alerts?receiver=slack',
      payload: FIRING,
    },
  ]);
});

test.each([
  ['text alone', { text: 'hi' }, { text: 'hi', username: 'incoming-webhook' }],
  [
    'text and an attachment',
    { text: 'hi', attachments: [{ title: 'T' }] },
    { pretext: 'hi', title: 'T' },
  ],
  [
    'blocks',
    { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'hi' } }] },
    { text: 'hi' },
  ],
  ['a fallback alone', { attachments: [{ fallback: 'hi' }] }, { fallback: 'hi' }],
  ['the channel without its hash', { text: 'hi', channel: 'alerts' }, { channel: '#alerts' }],
  ['no channel', { text: 'hi' }, { channel: '#alerts' }],
])('accepts a payload with %s', async (_what, payload, expected) => {
  await using inbox = await startInbox();

  const answer = answerOf(inbox.deliver(payload));

  expect(await answer).toEqual([200, 'ok']);
  expect(await inbox.messages()).toMatchObject([expected]);
});

test.each([
  ['in the form field payload', new URLSearchParams({ payload: '{"text":"1 + 1 & more"}' })],
  ['bare but called a form, as curl -d does', '{"text":"1 + 1 & more"}'],
])('accepts JSON that comes %s', async (_how, body) => {
  await using inbox = await startInbox();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };

  const url = `${inbox.url}${DEFAULTS.webhookPath}`;
  const answer = answerOf(fetch(url, { method: 'POST', headers, body }));

  expect(await answer).toEqual([200, 'ok']);
  expect(await inbox.messages()).toMatchObject([{ text: '1 + 1 & more' }]);
});
