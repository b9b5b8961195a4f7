import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DEFAULTS } from './inbox.ts';
import { openStream } from './test-support/open-stream.ts';
import { startInbox } from './test-support/start-inbox.ts';

test('finishes a delivery after SIGTERM, lets its clients go, and ends with 0', async () => {
  const service = start({ PORT: '0', SMTP_PORT: '0' });
  const [line] = await once(service.stdout, 'data');
  const port = Number(String(line).match(/:(\d+)/)?.[1]);
  const stream = await openStream(`http://127.0.0.1:${port}/api/stream`);
  stream.resume();
  const sender = connect(port, '127.0.0.1').setEncoding('utf8');
  const answers = sender[Symbol.asyncIterator]();
  sender.write(`POST ${DEFAULTS.webhookPath} HTTP/1.1\r\nHost: localhost\r\n`);
  sender.write(
    'Content-Type: application/json\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n',
  );
  await answers.next();

  service.kill('SIGTERM');
  await once(stream, 'end');
  sender.write('{"text":"hi"}');
  const delivered = await answers.next();
  sender.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const last = await answers.next();

  expect(delivered.value).toMatch(/^HTTP\/1.1 200 OK.*\r\nok$/s);
  expect(last.value).toMatch(/^HTTP\/1.1 200 OK.*Connection: close/s);
  expect(await once(service, 'exit')).toEqual([0, null]);
});

test('a stopping service cuts off a client that never says what it wants', async () => {
  await using inbox = await startInbox();
  const silent = connect(inbox.port, '127.0.0.1');
  await once(silent, 'connect');

  await inbox.stop();

  await expect(fetch(inbox.url)).rejects.toThrow();
  silent.destroy();
});

test.each([
  ['PORT is no number', { PORT: 'abc' }, 'PORT is "abc"; expected a whole number'],
  [
    'the webhook path has another shape',
    { PORT: '0', WEBHOOK_PATH: '/x' },
    'The webhook path is "/x"',
  ],
])('ends with 1 and says why when %s', async (_what, environment, words) => {
  const service = start(environment);

  const [[text], [exitCode]] = await Promise.all([
    once(service.stderr, 'data'),
    once(service, 'exit'),
  ]);

  expect(exitCode).toBe(1);
  expect(String(text)).toContain(`The inbox cannot start: ${words}`);
});

function start(environment: Record<string, string>) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, ...environment },
  });
}
