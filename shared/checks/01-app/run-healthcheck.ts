import type { StepUnderTest } from '../../verify/files/index.ts';

/** Milliseconds. Docker's own patience, where a healthcheck names none, is 30 s; nobody waits for that here. */
const LIMIT_MS = 10_000;

/**
 * What the app's healthcheck says when nothing answers, and when the answer to everything is 503. It runs as Docker runs
 * it, in a throw-away container of the app: with the same files and the same user, but without the app's own program.
 *
 * @returns its exit codes, as a shell tells them: 127 when it was not found, 137 when it did not end
 */
export async function runHealthcheckOnError(step: StepUnderTest) {
  const { Config } = await (await step.stack.container('app')).inspect();
  const test = Config.Healthcheck?.Test ?? [];
  // In the proof most answers differ in the app's own program, which a test that asks by itself does not run.
  const asksItself = test.some((word) => /\bfetch\(|^wget$|\bwget /.test(word));
  const { files } = step;
  const paths = files.all().filter((path) => !asksItself || !/\.[cm]?[jt]s$/.test(path));
  const seen = paths.map((path) => [path, files.readable(path)]);
  return step.shared(JSON.stringify(['healthcheck', test, seen]), () => run(step, test));
}

async function run({ stack }: StepUnderTest, [kind, ...args]: string[]) {
  const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...args] : args;
  const output = await stack.compose(
    ...['run', '--rm', '--no-deps', '-T', '--entrypoint', 'node', 'app'],
    ...['--input-type=module', '--eval', scriptFor(command)],
  );
  const [, silent, error] = output.match(/exit codes (\d+) (\d+)/) ?? [];
  if (error === undefined) throw new Error(`The healthcheck could not be tried: ${output}`);
  return { silent: Number(silent), error: Number(error) };
}

/** Runs inside the container, whatever its Node.js is, so it is plain JavaScript. */
const scriptFor = ([program, ...args]: string[]): string => `
  import { spawn } from 'node:child_process';
  import { createServer } from 'node:http';

  const ask = () => new Promise((tell) => {
    const options = { stdio: 'ignore', timeout: ${LIMIT_MS}, killSignal: 'SIGKILL' };
    const asking = spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, options);
    asking.on('error', () => tell(127));
    asking.on('exit', (code) => tell(code ?? 137));
  });
  const silent = await ask();
  const server = createServer((request, response) => {
    response.writeHead(503, { 'Content-Type': 'application/json' });
    response.end('{"error":"Service Unavailable"}');
  });
  server.listen(8080, async () => {
    console.log('exit codes ' + silent + ' ' + await ask());
    process.exit();
  });
`;
