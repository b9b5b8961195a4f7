import { once } from 'node:events';
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import { describeResult, judge, runLoad } from './run-load.ts';

// Ctrl-C (SIGINT) and `docker compose stop` (SIGTERM) end the load, not the process: the summary still comes. A shell
// then expects the exit code 128 + the number of the signal.
const stop = new AbortController();
process.on('SIGINT', () => stop.abort(130));
process.on('SIGTERM', () => stop.abort(143));
// The reader of a pipe may leave early, as in `load-test.ts | head`.
process.stdout.on('error', () => process.exit(2));

process.exitCode = await main().catch((error: Error) => {
  // A wrong option, or nothing at the target. The message is all a person needs; a stack trace hides it.
  console.error(error.message);
  return stop.signal.reason ?? 2;
});

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
    },
  });
  const number = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (value > 0 || (value === 0 && name === 'max-errors')) return value;
    throw new Error(`--${name} ${values[name]}: expected a number above 0`);
  };
  const url = new URL(values.path, checkTarget(values.target)).href;
  const [rate, duration] = [number('rate'), number('duration')];
  const [connections, timeout] = [number('connections'), number('timeout')];
  const options = { url, rate, duration, connections, timeout, maxErrors: number('max-errors') };
  await expectResponse(url);
  console.log(`${rate} requests/s to ${url} for ${duration} s. Ctrl-C ends it.`);
  const result = await runLoad(options, showProgress, stop.signal);
  const failure = judge(result, options);
  console.log(describeResult(result, options));
  if (stop.signal.aborted) console.log('Stopped early.');
  else console.log(failure ? `Failed: ${failure}` : 'Passed.');
  return stop.signal.reason ?? (failure ? 1 : 0);
}

/** Load on a stranger's server is an attack: only this machine gets it, and compose services, whose names have no dot. */
function checkTarget(text: string): URL {
  // Compare what URL has parsed, never the text: http://127.0.0.1@example.com leads to example.com.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = /^(127(\.\d+){3}|\[::1\]|[a-z0-9_-]+)$/.test(url?.hostname ?? '');
  if (url?.protocol === 'http:' && isOurs) return url;
  throw new Error(`--target ${text}: expected http:// and this machine or a compose service`);
}

/** Any response from /healthz will do, which the app does not count. A redirect is one, and is not followed. */
async function expectResponse(url: string): Promise<void> {
  const start =
    'Start the app first:  docker compose up\nHas APP_PORT moved it? Add  --target http://127.0.0.1:$APP_PORT';
  const signal = AbortSignal.any([AbortSignal.timeout(5_000), stop.signal]);
  const head = request(new URL('/healthz', url), { method: 'HEAD', signal });
  head.on('response', (response) => response.resume()).end();
  await once(head, 'response').catch(({ code, cause }) => {
    throw new Error(`Nothing responds at ${url} (${cause?.name ?? code}). ${start}`);
  });
}

function showProgress(seconds: number, requests: number, failed: number): void {
  const line = `  ${seconds} s   ${requests} requests   ${failed} failed`;
  // In a terminal each line is drawn over the one before. In a file or a log one line in five seconds is enough.
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (seconds % 5 === 0) console.log(line);
}
