import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';

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
  const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
  const [demo = ''] = read('docker-compose.yaml').match(/solutions\/[\w-]+/) ?? [];
  const steps = readdirSync(join(root, 'solutions')).sort();
  const found = [demo, ...steps.map((id) => `solutions/${id}`)].flatMap((folder) =>
    [...read(folder, 'docker-compose.yaml').matchAll(PUBLISHED)].map(([, variable = '', port]) => ({
      ...{ port: Number(port), variable },
      command: folder === demo ? 'npm run demo' : 'docker compose up',
    })),
  );
  return found
    .filter(({ port }, index) => found.findIndex((it) => it.port === port) === index)
    .sort((a, b) => a.port - b.port);
}

/** The same of the class board, which runs beside the demo. */
const BOARD_PORTS: Record<string, string> = {
  8090: 'BOARD_PORT',
  9290: 'BOARD_PROMETHEUS_PORT',
  3190: 'BOARD_GRAFANA_PORT',
  9293: 'BOARD_ALERTMANAGER_PORT',
  8125: 'BOARD_INBOX_PORT',
};

/** The command that goes past a port that is taken. */
export function portAdvice(port: string): string {
  const board = BOARD_PORTS[port];
  if (board) return runOnPort(board, Number(port) + 10_000, 'npm run class board');
  const own = publishedPorts(ROOT).find((it) => it.port === Number(port));
  return own ? runOnPort(own.variable, own.port + 10_000, own.command) : 'see docker-compose.yaml';
}

/** A command with one of its ports moved. */
export const runOnPort = (variable: string, port: number, command: string): string =>
  process.platform === 'win32'
    ? `$env:${variable}=${port}; ${command}`
    : `${variable}=${port} ${command}`;
