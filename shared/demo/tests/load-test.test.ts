import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { runLoad } from '../../../solutions/05-load-test/load-test/run-load.ts';
import { ROOT } from '../../root.ts';
import { bundle, serve } from '../../verify/expect/program/index.ts';
import { StepUnderTest } from '../../verify/index.ts';

/** As one file it starts in half the time. */
const COMMAND = await bundle(
  new StepUnderTest(join(ROOT, 'solutions/05-load-test')),
  'load-test/load-test.ts',
);

describe.concurrent('The load test', () => {
  test('says what the server saw, while it runs and at the end', async () => {
    // Slow enough to be seen in the latency.
    await using server = await listen((_req, res) => setTimeout(() => res.end(), 100));

    const run = await loadTest('--target', server.url, '--rate', '20', '--duration', '6');

    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    // No terminal here, so a line comes every five seconds.
    expect(run.stdout).toMatch(/^ +5 s +\d+ requests +0 failed$/m);
    expect(server.count()).toBe(120);
    expect(read(run.stdout, 'responses')).toBe(120);
    expect(read(run.stdout, 'rate reached')).toBeGreaterThan(18);
    expect(read(run.stdout, 'rate reached')).toBeLessThan(20.2);
    expect(read(run.stdout, 'latency p50')).toBeGreaterThan(95);
    expect(run.stdout).toMatch(/^Passed\.$/m);
  });

  test('fails when every response is a 500', async () => {
    await using server = await listen((_req, res) => res.writeHead(500).end());

    const run = await loadTest('--target', server.url, '--duration', '1');

    expect(read(run.stdout, 'non-2xx')).toBe(50);
    expect(run.stdout).toContain('Failed: 100.0 % of the requests failed');
    expect(run.exitCode).toBe(1);
  });

  test('passes when every request may fail', async () => {
    await using server = await listen((_req, res) => res.writeHead(500).end());

    const run = await loadTest('--target', server.url, '--duration', '1', '--max-errors', '1');

    expect(run.stdout).toMatch(/^Passed\.$/m);
    expect(run.exitCode).toBe(0);
  });

  test('fails when the target falls silent', async () => {
    let answers = 0;
    await using server = await listen((_req, res) => answers++ < 50 && res.end());

    const options = ['--duration', '3', '--timeout', '2', '--max-errors', '1'];

    const run = await loadTest('--target', server.url, ...options);

    expect(run.stdout).toMatch(/^Failed: only [\d.]+ of 50 requests\/s were reached$/m);
    expect(run.exitCode).toBe(1);
  });

  test('says what to do in one line when nothing listens', async () => {
    const server = await listen(() => {});
    await server[Symbol.asyncDispose]();

    const run = await loadTest('--target', server.url);

    expect(run.stderr).toBe(
      `Nothing responds at ${server.url}/ (ECONNREFUSED). Start the app first:  docker compose up\n` +
        'Has APP_PORT moved it? Add  --target http://127.0.0.1:$APP_PORT',
    );
    expect(run.exitCode).toBe(2);
  });

  test('still gives its summary after Ctrl-C, and ends with 130', async () => {
    await using server = await listen((_req, res) => res.end());

    const running = loadTest('--target', server.url);
    await expect.poll(server.count, { timeout: 10_000 }).toBeGreaterThan(50);
    running.kill('SIGINT');
    const run = await running;

    expect(read(run.stdout, 'responses')).toBeGreaterThanOrEqual(50);
    expect(run.stdout).toMatch(/Stopped early\.$/);
    expect(run).toMatchObject({ exitCode: 130, stderr: '' });
  });

  test('tells another program about every second', async () => {
    await using server = await listen((_req, res) => res.end());
    const heard: number[][] = [];

    const result = await runLoad(
      { url: server.url, connections: 5, rate: 20, duration: 3, timeout: 5, maxErrors: 0 },
      (...progress) => heard.push(progress),
      new AbortController().signal,
    );

    expect(result).toMatchObject({ errors: 0, non2xx: 0, requests: { total: 60 } });
    const [[firstSecond, first = 0, firstFailed] = [], [secondSecond, second = 0] = []] = heard;
    expect([firstSecond, firstFailed, secondSecond]).toEqual([1, 0, 2]);
    expect(second).toBeGreaterThan(first);
  });

  test('does not follow a redirect, which may lead to a stranger', async () => {
    let elsewhere = 0;
    await using stranger = await listen((_req, res) => res.end());
    await using server = await serve((_req, res) => {
      elsewhere += 1;
      res.writeHead(302, { Location: stranger.url }).end();
    });

    const run = await loadTest('--target', server.url, '--duration', '1');

    expect(elsewhere).toBeGreaterThan(50);
    expect(stranger.count()).toBe(0);
    expect(read(run.stdout, 'non-2xx')).toBe(50);
    expect(run.exitCode).toBe(1);
  });
});

test('a wrong option, and a foreign target, get a message that says what is expected, and exit code 2', async () => {
  const foreign = [
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com',
    'http://example%2Ecom',
    'http://134744072',
    'http://[2001:db8::1]',
    'https://example.com',
  ];
  const messages: Record<string, string> = {
    '--rate many': '--rate many: expected a number above 0',
    '--duration -1': "Option '--duration' argument is ambiguous",
    '--connections ': '--connections : expected a number above 0',
    '--rate 0': '--rate 0: expected a number above 0',
    '--max-errors x': '--max-errors x: expected a number above 0',
    '--target localhost':
      '--target localhost: expected http:// and this machine or a compose service',
    '--target ftp://localhost': '--target ftp://localhost: expected http:// and this machine',
    '--speed=9': "Unknown option '--speed'",
    fast: "Unexpected argument 'fast'",
    '--rate': "Option '--rate <value>' argument missing",
    ...Object.fromEntries(
      foreign.map((target) => [
        `--target ${target}`,
        `--target ${target}: expected http:// and this machine`,
      ]),
    ),
  };

  for (const [args, message] of Object.entries(messages)) {
    const run = await loadTest(...args.split(' '));
    expect(run, args).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr, args).toContain(message);
  }
});

test('this machine, in every form, and a compose service are accepted', async () => {
  // Nothing listens on port 1, so an accepted target ends with a message about that.
  const own = [
    'http://127.9.9.9:1',
    'http://2130706433:1',
    'http://localhost:1',
    'http://[::1]:1',
    'http://app:1',
  ];

  for (const target of own) {
    const run = await loadTest('--target', target);
    expect(run.stderr, target).toContain('Nothing responds at');
  }
});

/** Runs the command as a process of its own. */
function loadTest(...args: string[]) {
  return execa(process.execPath, [COMMAND, ...args], { reject: false });
}

/** The number behind a name in the summary. */
function read(summary: string, name: string): number {
  const line = summary.split('\n').find((line) => line.startsWith(`  ${name}  `)) ?? '';
  return Number.parseFloat(line.slice(name.length + 2));
}

/** A server on loopback that counts what it gets, apart from the question whether it is there. */
async function listen(answer: RequestListener) {
  let count = 0;
  const server = await serve((req, res) => {
    if (req.url === '/healthz') return res.end();
    count += 1;
    answer(req, res);
  });
  return { ...server, count: () => count };
}
