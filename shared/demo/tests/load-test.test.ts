import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { readOptions } from '../../../solutions/05-load-test/load-test/options.ts';
import { type LoadProgress, runLoad } from '../../../solutions/05-load-test/load-test/run-load.ts';

const COMMAND = fileURLToPath(
  new URL('../../../solutions/05-load-test/load-test/load-test.ts', import.meta.url),
);

describe.concurrent('The load test', () => {
  test('When the load is over, then progress and summary say what the server saw', async () => {
    // Slow enough to be seen in the latency.
    await using server = await listen((_req, res) => setTimeout(() => res.end(), 100));

    const run = await loadTest('--target', server.url, '--rate', '20', '--duration', '6');

    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    // No terminal here, so a line comes every five seconds.
    expect(run.stdout).toMatch(/^ {3}5 s +\d+ requests\/s +\d+ in all +0 errors +0 non-2xx$/m);
    expect(server.count()).toBe(120);
    expect(read(run.stdout, 'requests')).toBe(120);
    expect(read(run.stdout, 'requests/s, average')).toBeGreaterThan(18);
    expect(read(run.stdout, 'requests/s, average')).toBeLessThan(20.2);
    expect(read(run.stdout, 'latency p50')).toBeGreaterThan(95);
    expect(run.stdout).toContain('Passed: 0 of 120 requests failed (0.0 %). Allowed: 1.0 %');
  });

  test('When every answer is a 500, then the exit code is 1', async () => {
    await using server = await listen((_req, res) => res.writeHead(500).end());

    const run = await loadTest('--target', server.url, '--duration', '1');

    expect(read(run.stdout, 'non-2xx')).toBe(50);
    expect(run.stdout).toContain('Failed: 50 of 50 requests failed (100.0 %). Allowed: 1.0 %');
    expect(run.exitCode).toBe(1);
  });

  test('When all requests may fail, then the exit code is 0', async () => {
    await using server = await listen((_req, res) => res.writeHead(500).end());

    const run = await loadTest('--target', server.url, '--duration', '1', '--max-errors', '1');

    expect(run.stdout).toContain('Passed: 50 of 50 requests failed (100.0 %). Allowed: 100.0 %');
    expect(run.exitCode).toBe(0);
  });

  test('When the target falls silent, then the load ends early and the exit code is 1', async () => {
    let answers = 0;
    await using server = await listen((_req, res) => answers++ < 50 && res.end());

    const run = await loadTest('--target', server.url);

    expect(run.stdout).toContain('Failed: no answer for five seconds, so the load ended.');
    expect(run.exitCode).toBe(1);
  });

  test('When nothing listens, then one line says what to do and the exit code is 2', async () => {
    const server = await listen(() => {});
    await server[Symbol.asyncDispose]();

    const run = await loadTest('--target', server.url);

    expect(run.stderr).toBe(
      `Nothing answers at ${server.url} (ECONNREFUSED). Start the app first:  docker compose up`,
    );
    expect(run.exitCode).toBe(2);
  });

  test('When Ctrl-C is pressed, then the summary still comes and the exit code is 130', async () => {
    await using server = await listen((_req, res) => res.end());

    const running = loadTest('--target', server.url);
    await expect.poll(server.count, { timeout: 10_000 }).toBeGreaterThan(50);
    running.kill('SIGINT');
    const run = await running;

    expect(read(run.stdout, 'requests')).toBeGreaterThanOrEqual(50);
    expect(run.stdout).toMatch(/Stopped early\.$/);
    expect(run).toMatchObject({ exitCode: 130, stderr: '' });
  });

  test('When another program runs the load, then it hears of it every second', async () => {
    await using server = await listen((_req, res) => res.end());
    const heard: LoadProgress[] = [];

    const summary = await runLoad(
      { target: server.url, connections: 5, rate: 20, duration: 2 },
      { onProgress: (progress) => heard.push(progress) },
    );

    expect(summary).toMatchObject({ requests: 40, errors: 0, non2xx: 0, end: 'done' });
    const [first, second] = heard;
    expect(first).toMatchObject({ elapsedSeconds: 1, totalRequests: first?.requestsPerSecond });
    expect(second).toMatchObject({ elapsedSeconds: 2, errors: 0, non2xx: 0 });
    expect(second?.totalRequests).toBeGreaterThan(20);
  });

  test('When the owner of a foreign target has agreed, then it gets load', async () => {
    await using server = await listen((_req, res) => res.end());
    // Loopback, in a form that counts as foreign.
    const target = server.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');

    const run = await loadTest('--target', target, '--allow-foreign-target', '--duration', '1');

    expect(run.exitCode).toBe(0);
    expect(server.count()).toBe(50);
  });

  test('When an option is wrong, then its message is all there is and the exit code is 2', async () => {
    const run = await loadTest('--rate', '0');

    const stderr = '--rate 0: expected a whole number from 1 to 10000 (requests per second)';
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr });
  });

  test('When help is asked for, then every option stands there with its default', async () => {
    const run = await loadTest('--help');

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/--target URL .*\(http:\/\/127\.0\.0\.1:8080\)/);
    expect(run.stdout).toMatch(/--connections NUMBER .*\(10\)/);
    expect(run.stdout).toMatch(/--duration SECONDS .*\(60\)/);
    expect(run.stdout).toMatch(/--rate NUMBER .*\(50\)/);
    expect(run.stdout).toMatch(/--max-errors SHARE .*\(0\.01\)/);
    expect(run.stdout).toContain('--allow-foreign-target');
  });
});

const rateExpected = 'expected a whole number from 1 to 10000 (requests per second)';
const durationExpected = 'expected a whole number from 1 to 3600 (seconds)';
const addressExpected = 'expected an address such as http://127.0.0.1:8080';

test.each([
  ['--rate many', rateExpected],
  ['--rate 10001', rateExpected],
  ['--rate 15', 'expected a multiple of --connections 10, so that every connection sends the same'],
  ['--connections 1001', 'expected a whole number from 1 to 1000 (connections)'],
  ['--duration 0', durationExpected],
  ['--duration 3601', durationExpected],
  ['--duration 1.5', durationExpected],
  ['--max-errors 2', 'expected a share from 0 to 1, such as 0.01 for one in a hundred'],
  ['--target localhost', addressExpected],
  ['--target ftp://localhost', addressExpected],
])('When given %s, then the message says what is expected', (words, expected) => {
  expect(() => readOptions(words.split(' '))).toThrow(`${words}: ${expected}`);
});

test.each([
  ['--speed=9', "Unknown option '--speed'"],
  ['fast', "Unexpected argument 'fast'"],
  ['--rate', "Option '--rate <value>' argument missing"],
])('When given %s, then the message names it', (word, message) => {
  expect(() => readOptions([word])).toThrow(message);
});

test.each([
  'http://127.0.0.1.example.com',
  'http://127.0.0.1@example.com',
  'http://example%2Ecom',
  'http://134744072',
  'http://[2001:db8::1]',
  'https://example.com',
])('When the target is %s, then it is refused', (target) => {
  const host = new URL(target).hostname;
  expect(() => readOptions(['--target', target])).toThrow(
    `--target ${target}: ${host} is neither this machine nor a compose service, so it gets no load.\n` +
      'If its owner has agreed, add --allow-foreign-target',
  );
});

test.each([
  'http://127.9.9.9',
  'http://2130706433',
  'http://localhost:8080/slow',
  'http://[::1]',
  'http://app:8080',
])('When the target is %s, then it is accepted', (target) => {
  expect(readOptions(['--target', target])).toMatchObject({ target });
});

/** Runs the command as a process of its own. */
function loadTest(...words: string[]) {
  return execa(process.execPath, ['--import', 'tsx', COMMAND, ...words], { reject: false });
}

/** The number behind a name in the summary. */
function read(summary: string, name: string): number {
  const line = summary.split('\n').find((line) => line.startsWith(`  ${name}  `)) ?? '';
  return Number.parseFloat(line.slice(name.length + 2));
}

/** A server on loopback that counts what it gets, apart from the question whether it is there. */
async function listen(answer: RequestListener) {
  let count = 0;
  const server = createServer((req, res) => {
    if (req.url === '/healthz') return res.end();
    count += 1;
    answer(req, res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
