import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answerOf, startInbox, TRIGGER } from './test-support/start-inbox.ts';

test('returns only messages after an id, oldest first', async () => {
  await using inbox = await startInbox();
  for (const text of ['a', 'b', 'c']) await inbox.deliver({ text });

  const messages = await inbox.messages(1);

  expect(messages.map(({ id, text }) => [id, text])).toEqual([
    [2, 'b'],
    [3, 'c'],
  ]);
});

test.each(['abc', '-1', '1.5', '', '1&since=2', '9'.repeat(400)])(
  'a since of %j gets 400 and what is right',
  async (since) => {
    await using inbox = await startInbox();

    const answer = await inbox.send('GET', `/api/messages?since=${since}`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: 'since must be the id of an entry: a whole number, 0 or more',
    });
  },
);

test('deleted messages are gone, and ids go on counting', async () => {
  await using inbox = await startInbox();
  await inbox.deliver({ text: 'before' });

  const answer = answerOf(inbox.send('DELETE', '/api/messages'));

  expect(await answer).toEqual([204, '']);
  expect(await inbox.messages()).toEqual([]);
  await inbox.deliver({ text: 'after' });
  expect(await inbox.messages()).toMatchObject([{ id: 2, text: 'after' }]);
});

test('keeps the newest 200 messages', async () => {
  await using inbox = await startInbox({ deliveriesPerSecond: Number.POSITIVE_INFINITY });

  for (let count = 1; count <= 203; count++) await inbox.deliver({ text: `${count}` });

  const kept = await inbox.messages();
  expect(kept).toHaveLength(200);
  expect([kept.at(0)?.text, kept.at(-1)?.text]).toEqual(['4', '203']);
});

test('keeps at most 1 MB of large messages', async () => {
  await using inbox = await startInbox();

  for (let count = 1; count <= 25; count++) await inbox.deliver({ text: 'x'.repeat(99_989) });

  const kept = await inbox.messages();
  expect(kept.map(({ id }) => id)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
});

function folder(): string {
  const state = mkdtempSync(join(tmpdir(), 'inbox-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  return state;
}

test('with a folder, everything that was delivered is there after a restart, and ids go on counting', async () => {
  const state = folder();
  const before = await startInbox({ state });
  await before.deliver({ text: 'one' });
  await before.mail();
  await before.enqueue(TRIGGER);
  const kept = [await before.messages(), await before.mails(), await before.pages()];
  await before.stop();

  await using after = await startInbox({ state });

  expect(kept.flat()).toHaveLength(3);
  expect([await after.messages(), await after.mails(), await after.pages()]).toEqual(kept);
  await after.deliver({ text: 'two' });
  expect((await after.messages()).map(({ id, text }) => [id, text])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ]);
});

test('what was deleted is still gone after a restart', async () => {
  const state = folder();
  const before = await startInbox({ state });
  await before.deliver({ text: 'one' });
  await before.send('DELETE', '/api/messages');
  await before.stop();

  await using after = await startInbox({ state });

  expect(await after.messages()).toEqual([]);
});

test('a broken file is put aside, and the inbox begins empty', async () => {
  const state = folder();
  writeFileSync(join(state, 'slack.json'), '{"lastId": 7, "ke');

  await using inbox = await startInbox({ state });

  expect(await inbox.messages()).toEqual([]);
  expect(readdirSync(state)).toEqual(['slack.json.broken']);
});
