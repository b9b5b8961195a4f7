import { expect, onTestFinished, test, vi } from 'vitest';
import { DeadmanSwitches, MOST_SWITCHES } from './deadman-switches.ts';
import { answerOf, startInbox } from './test-support/start-inbox.ts';

test('a switch stays armed while pings come, and speaks once when they stop', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const said: string[] = [];
  const switches = new DeadmanSwitches(30, Date.now, (...words) => said.push(words.join(' ')));

  for (let pings = 1; pings <= 5; pings += 1) {
    switches.ping('watchdog');
    vi.advanceTimersByTime(29_000);
  }
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual(['watchdog silent']);
  vi.advanceTimersByTime(600_000);
  switches.ping('watchdog');

  expect(said).toEqual(['watchdog silent', 'watchdog back']);
  expect(switches.all).toMatchObject([{ name: 'watchdog', silent: false }]);
  switches.stop();
});

test('a switch that falls silent, and one that is back, is told as a message and as a page', async () => {
  await using inbox = await startInbox({ deadmanSeconds: 0.3 });
  await inbox.ping('watchdog', { status: 'firing' });

  await expect.poll(async () => (await inbox.messages()).length).toBe(1);
  expect(await inbox.switches()).toMatchObject([{ name: 'watchdog', silent: true }]);
  expect(await answerOf(inbox.ping('watchdog'))).toEqual([200, 'OK']);

  expect((await inbox.messages()).slice(0, 2)).toMatchObject([
    { title: "Dead man's switch watchdog is silent", color: 'danger' },
    { title: "Dead man's switch watchdog is back", color: 'good' },
  ]);
  expect((await inbox.pages()).slice(0, 2)).toMatchObject([
    { action: 'trigger', dedupKey: 'deadman/watchdog' },
    { action: 'resolve', dedupKey: 'deadman/watchdog' },
  ]);
});

test('a ping that is refused does not set the clock back', async () => {
  await using inbox = await startInbox();
  await inbox.ping('watchdog');
  const [before] = await inbox.switches();
  await inbox.send('POST', '/api/failures', { next: 1, channel: 'deadman' });

  expect(await answerOf(inbox.ping('watchdog'))).toEqual([503, 'service_unavailable']);
  expect(await inbox.switches()).toEqual([before]);
});

test.each([
  ['a name with a space', 'a b', undefined, 400, /^invalid_name/],
  ['a long name', 'x'.repeat(65), undefined, 400, /^invalid_name/],
  ['a body that is a list', 'x', [], 400, /^invalid_payload$/],
  ['a body of 103 kB', 'x', { text: 'x'.repeat(103_000) }, 413, /^payload_too_large$/],
])('%s is refused', async (_what, name, body, status, words) => {
  await using inbox = await startInbox();

  const [code, text] = await answerOf(inbox.ping(encodeURIComponent(name), body));

  expect(code).toBe(status);
  expect(text).toMatch(words);
  expect(await inbox.switches()).toEqual([]);
});

test('there are at most 20 switches, in memory and in the metrics', async () => {
  await using inbox = await startInbox();
  for (let count = 1; count <= MOST_SWITCHES; count += 1) await inbox.ping(`switch-${count}`);

  expect(await answerOf(inbox.ping('another'))).toEqual([
    409,
    'too_many_switches: there are 20 already',
  ]);
  const metrics = await (await inbox.send('GET', '/metrics')).text();
  expect(metrics.match(/^inbox_deadman_silent\{name="switch-\d+"\} 0$/gm)).toHaveLength(20);
});

test('emptying the inbox forgets switches that are silent, and disarms none', async () => {
  await using inbox = await startInbox({ deadmanSeconds: 0.3 });
  await inbox.ping('old');
  await expect.poll(async () => (await inbox.switches())[0]?.silent).toBe(true);
  await inbox.ping('new');

  await inbox.send('DELETE', '/api/messages');

  expect((await inbox.switches()).map(({ name }) => name)).toEqual(['new']);
  expect([await inbox.messages(), await inbox.pages()]).toEqual([[], []]);
  await expect
    .poll(() => inbox.messages())
    .toMatchObject([{ title: "Dead man's switch new is silent" }]);
});
