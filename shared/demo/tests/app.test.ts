import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const mainOf = (step: string): string =>
  fileURLToPath(new URL(`../../../solutions/${step}/app/main.ts`, import.meta.url));

test('each request is counted once, by method, route and status code', async () => {
  await using app = await startApp();

  for (const path of ['/', '/?page=2', '/fail', '/nowhere']) await fetch(app.url + path);
  await fetch(app.url, { method: 'POST' });
  await fetch(app.url, { method: 'HEAD' });

  expect(await app.counts()).toEqual([
    'http_requests_total{method="GET",route="/",status_code="200"} 2',
    'http_requests_total{method="GET",route="/fail",status_code="500"} 1',
    'http_requests_total{method="GET",route="unmatched",status_code="404"} 1',
    'http_requests_total{method="HEAD",route="/",status_code="200"} 1',
    'http_requests_total{method="POST",route="unmatched",status_code="404"} 1',
  ]);
});

test('scrapes and health checks do not count as traffic', async () => {
  await using app = await startApp();

  for (const path of ['/metrics', '/healthz', '/metrics']) await fetch(app.url + path);

  expect(await app.counts()).toEqual([]);
});

test('a scrape names its format and reports on the process itself', async () => {
  await using app = await startApp();

  const scrape = await fetch(`${app.url}/metrics`);

  expect(scrape.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await scrape.text()).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test.each([
  ['01-app', 'http_requests_total'],
  ['06-latency', 'http_request_duration_seconds_count'],
])('in %s 10,000 random paths make one series of %s', async (step, name) => {
  await using app = await startApp(step);
  const before = await app.counts(name);
  const requests = Array.from(
    { length: 10_000 },
    () => `GET /${Math.random()} HTTP/1.1\r\nHost: app\r\n\r\n`,
  );

  await send(
    app.port,
    `${requests.join('')}GET /last HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n`,
  );

  const counts = await app.counts(name);
  expect(counts.filter((line) => !before.includes(line))).toEqual([
    `${name}{method="GET",route="unmatched",status_code="404"} 10001`,
  ]);
});

test('rare methods share one label value', async () => {
  await using app = await startApp();
  // CONNECT asks for a tunnel: Node.js closes the connection without an answer.
  const methods = METHODS.filter((method) => method !== 'CONNECT');

  for (const method of methods) {
    await send(app.port, `${method} /x HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n`);
  }

  const used = (await app.counts()).map((line) => /method="(\w+)"/.exec(line)?.[1]);
  expect(used.sort()).toEqual(
    ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'other'].sort(),
  );
});

test.each([
  ['a broken percent-encoding', 'GET /% HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n', 404],
  ['a route that throws', 'GET /fail HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n', 500],
])(
  '%s is answered with JSON without a stack trace, and the app stays up',
  async (_what, request, status) => {
    await using app = await startApp();

    const answer = await send(app.port, request);

    const [head, body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^[A-Z][A-Za-z ]+$/) });
    expect((await fetch(app.url)).status).toBe(200);
  },
);

// These never reach Express: Node.js refuses them itself, without a body, and closes the connection.
test.each([
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: app\r\n\r\n', '400 Bad Request'],
  ['something that is not HTTP', '\x16\x03\x01 hello\r\n\r\n', '400 Bad Request'],
  [
    'too large a header',
    `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
  ],
])(
  '%s is refused without a stack trace and without a count, and the app stays up',
  async (_what, request, status) => {
    await using app = await startApp();

    const answer = await send(app.port, request);

    expect(answer).toBe(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    expect(await app.counts()).toEqual([]);
    expect((await fetch(app.url)).status).toBe(200);
  },
);

test('a slow request is answered after SIGTERM, its connection closes, and the exit code is 0', async () => {
  await using app = await startApp();
  const client = connect(app.port, '127.0.0.1');
  const answers = text(client);
  client.write('GET /slow HTTP/1.1\r\nHost: app\r\n\r\n');
  // Answered after the slow request was read, because that one came first.
  await fetch(`${app.url}/healthz`);

  app.process.kill('SIGTERM');
  await expect.poll(() => isListening(app.port)).toBe(false);
  client.write('GET / HTTP/1.1\r\nHost: app\r\n\r\n');

  const [, slow, next] = (await answers).split('HTTP/1.1 200 OK');
  expect(slow).toContain('{"status":"ok","waited_ms":1000}');
  expect(next).toContain('Connection: close');
  expect(next).toContain('{"status":"ok"}');
  expect((await app.process).exitCode).toBe(0);
});

test('the app does not wait for an idle connection after SIGTERM', async () => {
  await using app = await startApp();
  const client = connect(app.port, '127.0.0.1');
  client.write('GET /slow HTTP/1.1\r\nHost: app\r\n\r\n');
  await fetch(`${app.url}/healthz`);

  app.process.kill('SIGTERM');
  await once(client, 'data');

  // By itself, Node.js keeps an idle connection for more than five seconds.
  await expect.poll(() => app.process.exitCode, { timeout: 4_000 }).toBe(0);
});

test('a taken port gives one line and exit code 1', async () => {
  await using app = await startApp();

  const second = await runApp(app.port);

  expect(second.stderr).toMatch(
    /^Cannot listen on port \d+: listen EADDRINUSE.*Set PORT to a free one\.$/,
  );
  expect(second.exitCode).toBe(1);
});

/** The app as a process of its own, on a free port. The end of the test's block ends it. */
async function startApp(step?: string) {
  const app = runApp(0, step);
  const [line] = await once(app.stdout, 'data');
  const url = /http:\S+/.exec(line)?.[0] ?? '';
  const port = Number(new URL(url).port);
  return {
    url,
    port,
    process: app,
    /** The lines of a metric in /metrics. */
    async counts(name = 'http_requests_total'): Promise<string[]> {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return metrics
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`))
        .sort();
    },
    async [Symbol.asyncDispose]() {
      app.kill('SIGKILL');
      await app;
    },
  };
}

function runApp(port: number, step = '01-app') {
  const env = { PORT: String(port) };
  return execa(process.execPath, ['--import', 'tsx', mainOf(step)], { env, reject: false });
}

/** Sends the text as it is. @returns everything that comes back until the app closes the connection */
function send(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const opened = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return opened;
}
