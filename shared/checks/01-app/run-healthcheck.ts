import { docker } from '../../engine/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';

/** Milliseconds. Docker's own patience, where a healthcheck names none, is 30 s; nobody waits for that here. */
const LIMIT_MS = 10_000;

/**
 * What the app's healthcheck says when the answer to everything is 503. It runs as Docker runs it, in a throw-away
 * container of the app: with the same files and the same user, but without the app's own program.
 *
 * @returns its exit code, as a shell tells it: 127 when it was not found, 137 when it did not end
 */
export async function runHealthcheckOnError({ stack }: StepUnderTest): Promise<number> {
  const app = (await stack.containers()).find(({ service }) => service === 'app');
  const format = '{{json .Config.Healthcheck.Test}}';
  const test = await docker(['inspect', '--format', format, app?.id ?? '']);
  const [kind, ...args] = JSON.parse(test) as string[];
  const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...args] : args;
  const output = await stack.compose(
    ...['run', '--rm', '--no-deps', '-T', '--entrypoint', 'node', 'app'],
    ...['--input-type=module', '--eval', scriptFor(command)],
  );
  const code = output.match(/exit code (\d+)/)?.[1];
  if (code === undefined) throw new Error(`The healthcheck could not be tried: ${output}`);
  return Number(code);
}

/** Runs inside the container, whatever its Node.js is, so it is plain JavaScript. */
const scriptFor = ([program, ...args]: string[]): string => `
  import { spawn } from 'node:child_process';
  import { createServer } from 'node:http';

  const tell = (code) => {
    console.log('exit code ' + code);
    process.exit();
  };
  const server = createServer((request, response) => {
    response.writeHead(503, { 'Content-Type': 'application/json' });
    response.end('{"error":"Service Unavailable"}');
  });
  server.listen(8080, () => {
    const options = { stdio: 'ignore', timeout: ${LIMIT_MS}, killSignal: 'SIGKILL' };
    const asking = spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, options);
    asking.on('error', () => tell(127));
    asking.on('exit', (code) => tell(code ?? 137));
  });
`;
