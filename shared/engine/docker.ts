import { execa } from 'execa';
import { localized } from '../language.ts';
import { MachineFault, WrongResult } from './faults.ts';
import { portAdvice } from './ports.ts';

/** What a `docker …` command may be given besides its words. */
export interface DockerOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  input?: string;
  /** In a process group of its own, which Ctrl-C does not reach. */
  detached?: boolean;
  signal?: AbortSignal | undefined;
  /** What to say of a failure, from all that was printed. Default: the command, and the last lines. */
  describe?: (output: string) => string;
}

/**
 * Runs `docker` with the given words and answers its standard output.
 *
 * @throws MachineFault when the engine, the disk or a port is in the way
 * @throws WrongResult when Docker refuses what it was asked to do
 */
export async function docker(words: string[], options: DockerOptions = {}): Promise<string> {
  const { signal, describe, ...rest } = options;
  const result = await execa('docker', words, {
    ...rest,
    ...(signal && { cancelSignal: signal }),
    reject: false,
  });
  if (!result.failed) return result.stdout;
  const stderr = result.stderr || result.shortMessage || '';
  throw explainDockerError(
    stderr,
    `docker ${words.join(' ')}`,
    describe?.(`${result.stdout}\n${stderr}`),
  );
}

/** Known complaints of the engine, each with its cause and the next command. */
const MACHINE_FAULTS: [RegExp, (match: RegExpMatchArray) => MachineFault][] = [
  [
    /(?:\d+\.){3}\d+:(\d+)[^\n]*(?:already allocated|address already in use|Only one usage)/i,
    ([, port = '']) => new MachineFault('port-taken', { port, move: portAdvice(port) }),
  ],
  [/no space left on device/i, () => new MachineFault('disk-full')],
  [/permission denied[^\n]*docker/i, () => new MachineFault('no-permission')],
  [
    /cannot connect to the docker daemon|error during connect|is the docker daemon running/i,
    () => new MachineFault('engine-silent'),
  ],
];

/** Turns the text of a Docker failure into a fault that says what to do next. */
export function explainDockerError(
  text: string,
  command: string,
  message = `${command} failed:\n${text.trim().split('\n').slice(-5).join('\n')}`,
): MachineFault | WrongResult {
  for (const [pattern, fault] of MACHINE_FAULTS) {
    const match = text.match(pattern);
    if (match) return fault(match);
  }
  const next = localized(
    'Fix what the message names, then run the command again',
    '修正訊息指出的地方，再執行一次這個指令',
  );
  return new WrongResult(message, next);
}
