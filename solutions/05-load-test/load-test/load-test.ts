import { isIPv4 } from 'node:net';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { describeResult, judge, runLoad } from './run-load.ts';

// Ctrl-C (SIGINT) and `docker compose stop` (SIGTERM) end the load, not the process: the summary still comes.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort(name));
// The reader of a pipe may leave early, as in `load-test.ts | head`.
process.stdout.on('error', () => process.exit(2));

try {
  process.exitCode = await main();
} catch (error) {
  // A wrong option, or nothing at the target. The message is all a person needs; a stack trace hides it.
  console.error((error as Error).message);
  process.exitCode = stop.signal.aborted ? codeOfSignal() : 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: 'http://127.0.0.1:8080' },
      path: { type: 'string', default: '/' },
      rate: { type: 'string', default: '50' },
      duration: { type: 'string', default: '60' },
      connections: { type: 'string', default: '10' },
      timeout: { type: 'string', default: '5' },
      'max-errors': { type: 'string', default: '0.01' },
      'allow-foreign-target': { type: 'boolean', default: false },
    },
  });
  const url = new URL(values.path, checkTarget(values.target, values['allow-foreign-target'])).href;
  const [rate = 0, duration = 0, connections = 0, timeout = 0, maxErrors = 0] = (
    ['rate', 'duration', 'connections', 'timeout', 'max-errors'] as const
  ).map((name) => {
    const number = Number(values[name]);
    if (number > 0 || (name === 'max-errors' && values[name] === '0')) return number;
    throw new Error(`--${name} ${values[name]}: expected a number above 0`);
  });
  await reach(url);
  console.log(
    `${rate} requests/s to ${url} over ${connections} connections for ${duration} s. Ctrl-C ends it.`,
  );

  const options = { url, rate, duration, connections, timeout, maxErrors };
  const result = await runLoad(options, { onProgress: showProgress, signal: stop.signal });
  const failure = judge(result, options);
  console.log(describeResult(result, options));
  if (stop.signal.aborted) console.log('Stopped early.');
  else console.log(failure ? `Failed: ${failure}` : 'Passed.');
  return stop.signal.aborted ? codeOfSignal() : failure ? 1 : 0;
}

/** Load on a stranger's server is an attack: only this machine and compose services get it without a question. */
function checkTarget(text: string, allowForeign: boolean): URL {
  // Compare what URL has parsed, never the text: http://127.0.0.1@example.com leads to example.com.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Error(`--target ${text}: expected an address such as http://127.0.0.1:8080`);
  const host = url.hostname;
  const isLoopback = isIPv4(host) ? host.startsWith('127.') : /^(localhost|\[::1\])$/.test(host);
  // A compose service has a name without a dot, and without the colons of an IPv6 address.
  if (allowForeign || isLoopback || /^[a-z0-9_-]+$/.test(host)) return url;
  throw new Error(
    `--target ${text}: ${host} is neither this machine nor a compose service, so it gets no load.\n` +
      'If its owner has agreed, add --allow-foreign-target',
  );
}

/** Waits for any response from /healthz, which the app does not count. A redirect is one, and is not followed. */
async function reach(url: string): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(5_000), stop.signal]);
  await fetch(new URL('/healthz', url), { method: 'HEAD', redirect: 'manual', signal }).catch(
    ({ name, cause }) => {
      const start =
        'Start the app first:  docker compose up\nHas APP_PORT moved it? Add  --target http://127.0.0.1:$APP_PORT';
      throw new Error(`Nothing responds at ${url} (${cause?.code ?? name}). ${start}`);
    },
  );
}

function showProgress(seconds: number, requests: number, failed: number): void {
  const line =
    `${seconds} s`.padStart(6) +
    `${requests} requests`.padStart(17) +
    `${failed} failed`.padStart(14);
  // A carriage return goes back to the start of the line, so that the next one is drawn over it. In a file or a log,
  // where nobody watches live, one line in five seconds is enough.
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (seconds % 5 === 0) console.log(line);
}

/** What a shell expects of a process that a signal ended: 128 and the signal's number, 130 after Ctrl-C. */
function codeOfSignal(): number {
  return 128 + constants.signals[stop.signal.reason as 'SIGINT' | 'SIGTERM'];
}
