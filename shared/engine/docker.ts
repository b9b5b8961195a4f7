import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { localized } from '../language.ts';
import { ROOT } from '../root.ts';
import { MachineFault, WrongResult } from './faults.ts';

/** What a `docker …` command may be given besides its arguments. */
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
 * Runs `docker` with these arguments and returns its standard output.
 *
 * @throws MachineFault when the engine, the disk or a port is in the way
 * @throws WrongResult when Docker refuses what it was asked to do
 */
export async function docker(args: string[], options: DockerOptions = {}): Promise<string> {
  const { signal, describe, ...rest } = options;
  const result = await execa('docker', args, {
    ...rest,
    ...(signal && { cancelSignal: signal }),
    reject: false,
  });
  if (!result.failed) return result.stdout;
  const stderr = result.stderr || result.shortMessage || '';
  throw explainDockerError(
    stderr,
    `docker ${args.join(' ')}`,
    describe?.(`${result.stdout}\n${stderr}`),
  );
}

/** Known complaints of the engine, each with its cause and the next command. */
const MACHINE_FAULTS: [RegExp, (match: RegExpMatchArray) => MachineFault][] = [
  [
    /(?:\d+\.){3}\d+:(\d+)[^\n]*(?:already allocated|address already in use|Only one usage|forbidden by its access)/i,
    ([, port = '']) => new MachineFault('port-taken', { port, move: portAdvice(port) }),
  ],
  [/no space left on device/i, () => new MachineFault('disk-full')],
  [/permission denied[^\n]*docker/i, () => new MachineFault('no-permission')],
  [
    /cannot connect to the docker daemon|error during connect|is the docker daemon running/i,
    () => new MachineFault('engine-silent'),
  ],
  [/requires? Docker Engine v?\d+/i, () => new MachineFault('engine-too-old')],
];

/** A port of this machine that the workshop publishes. */
export interface PublishedPort {
  port: number;
  /** Moves it. */
  variable: string;
  /** Publishes it: "npm run demo", or "docker compose up" in the folder of a step. */
  command: string;
}

/** As compose files write it: "${APP_PORT:-8080}:8080". Of a range, the first. */
const PUBLISHED = /\$\{(\w+_PORT):-(\d+)[-\d]*\}:\d/g;

/** What the demo publishes, and then what only steps do. @throws Error when their compose files cannot be read */
export function publishedPorts(root: string): PublishedPort[] {
  const demo = readFileSync(join(root, 'docker-compose.yaml'), 'utf8').match(/solutions\/[\w-]+/);
  const steps = readdirSync(join(root, 'solutions')).sort();
  const found = [
    ...portsIn(join(root, demo?.[0] ?? ''), 'npm run demo'),
    ...steps.flatMap((id) => portsIn(join(root, 'solutions', id), 'docker compose up')),
  ];
  return found
    .filter(({ port }, index) => found.findIndex((it) => it.port === port) === index)
    .sort((a, b) => a.port - b.port);
}

function portsIn(folder: string, command: string): PublishedPort[] {
  const compose = readFileSync(join(folder, 'docker-compose.yaml'), 'utf8');
  return [...compose.matchAll(PUBLISHED)].map(([, variable = '', port]) => ({
    ...{ port: Number(port), variable, command },
  }));
}

/** The command that goes past a port that is taken: of the workshop, or of the class board, which runs beside the demo. */
function portAdvice(port: string): string {
  const board = portsIn(join(ROOT, 'shared/class/board/stack'), 'npm run class board');
  const own = [...publishedPorts(ROOT), ...board].find((it) => it.port === Number(port));
  return own ? runOnPort(own.variable, own.port + 10_000, own.command) : 'see docker-compose.yaml';
}

/** A command with one of its ports moved. */
export const runOnPort = (variable: string, port: number, command: string): string =>
  // Git Bash on Windows, which says so by this variable, sets variables as every other shell.
  process.platform === 'win32' && !process.env.MSYSTEM
    ? `$env:${variable}=${port}; ${command}`
    : `${variable}=${port} ${command}`;

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
