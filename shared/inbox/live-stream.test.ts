import { expect, test } from 'vitest';
import { DEFAULTS } from './inbox.ts';
import { MOST_STREAMS } from './live-stream.ts';
import { nextEvent, openStream } from './test-support/open-stream.ts';
import { startInbox } from './test-support/start-inbox.ts';

test('a stream sends a new message after the snapshot', async () => {
  await using inbox = await startInbox();
  await inbox.deliver({ text: 'before' });
  const stream = await openStream(`${inbox.url}/api/stream`);
  const events = stream[Symbol.asyncIterator]();

  const snapshot = await nextEvent(events);
  await inbox.deliver({ text: 'live' });
  const message = await nextEvent(events);

  expect(snapshot).toMatchObject({
    event: 'snapshot',
    data: {
      channel: '#alerts',
      webhookPath: DEFAULTS.webhookPath,
      hasBoard: false,
      failures: { slack: { left: 0, status: 503 } },
      messages: [{ id: 1, text: 'before' }],
    },
  });
  expect(message).toMatchObject({ event: 'message', data: { id: 2, text: 'live' } });
  stream.destroy();
});

test('one stream too many is refused until another closes', async () => {
  await using inbox = await startInbox();
  const url = `${inbox.url}/api/stream`;
  const streams = await Promise.all(Array.from({ length: MOST_STREAMS }, () => openStream(url)));

  const refused = await fetch(url);

  expect([refused.status, await refused.json()]).toEqual([
    503,
    { error: '10 streams are open already. Use GET /api/snapshot instead.' },
  ]);
  streams[0]?.destroy();
  await expect.poll(async () => (await openStream(url)).statusCode).toBe(200);
});
