import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Report } from './report.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What the doctor reads of the clone. */
const PARTS = [
  'shared',
  'steps',
  'solutions/05-load-test',
  'package.json',
  'package-lock.json',
  'docker-compose.yaml',
];

/** A healthy engine's answer to `docker info`. It runs on another machine, so its disk is not looked at. */
export const INFO = {
  ServerVersion: '28.0.0',
  OperatingSystem: 'Somewhere Linux',
  Name: 'elsewhere',
  MemTotal: 8e9,
  NCPU: 4,
  DockerRootDir: '/var/lib/docker',
  RegistryConfig: { Mirrors: null },
};

/** What a fake `docker` answers: the start of its words → lines of a shell script. */
export type Answers = Record<string, string>;

export const print = (text: string): string => `cat <<'END'\n${text}\nEND`;
export const fail = (text: string): string => `echo '${text}' >&2; exit 1`;

/** `docker info` of a healthy engine, with other values where they are given; the time is that of the question. */
export const info = (values: object = {}): string => {
  const text = JSON.stringify({ ...INFO, SystemTime: 'NOW', ...values });
  return `now=$(date -u +%Y-%m-%dT%H:%M:%SZ); echo '${text}' | sed "s/NOW/$now/"`;
};

const HEALTHY: Answers = {
  info: info(),
  'compose version': print('2.40.3'),
  'image inspect': print('|1'),
  ps: '',
};

/** A clone in a temporary folder, on a machine with a Docker that answers as it is told. Removed when disposed. */
export class TestMachine {
  readonly home = mkdtempSync(join(tmpdir(), 'doctor-'));
  readonly clone = join(this.home, 'clone');
  readonly bin = join(this.home, 'bin');

  constructor(options: { packages: boolean } = { packages: true }) {
    for (const part of PARTS) cpSync(join(ROOT, part), join(this.clone, part), { recursive: true });
    const modules = join(this.clone, 'node_modules');
    if (options.packages) symlinkSync(join(ROOT, 'node_modules'), modules, 'junction');
    mkdirSync(this.bin);
  }

  /** Puts a `docker` there that answers as a healthy one, except where it is told otherwise. */
  docker(answers: Answers = {}): this {
    const cases = Object.entries({ ...HEALTHY, ...answers }).map(
      ([words, script]) => `"${words}"*)\n${script}\n;;`,
    );
    const file = join(this.bin, 'docker');
    writeFileSync(file, `#!/bin/sh\ncase "$*" in\n${cases.join('\n')}\n*) exit 1;;\nesac\n`);
    chmodSync(file, 0o755);
    return this;
  }

  /** Runs what is behind `npm run doctor`. @param before words that start Node.js in another way */
  run(words: string[] = [], env: Record<string, string> = {}, before: string[] = []) {
    const start = join(this.clone, 'shared/learner/doctor/start.js');
    const [program = '', ...rest] = [...before, process.execPath, start, ...words];
    return execa(program, rest, {
      cwd: this.clone,
      env: { ...this.#environment(), ...env },
      extendEnv: false,
      reject: false,
    });
  }

  /** Its report, and one finding by its id. */
  async report(env?: Record<string, string>, before?: string[]) {
    const { stdout, exitCode } = await this.run(['--json'], env, before);
    const report: Report = JSON.parse(stdout);
    const find = (id: string) => report.findings.find((finding) => finding.id === id);
    return { ...report, exitCode, find };
  }

  [Symbol.dispose](): void {
    chmodSync(this.clone, 0o755);
    rmSync(this.home, { recursive: true, force: true });
  }

  /** That of this process, without any proxy, and with Docker's folder and ports that nobody uses. */
  #environment(): Record<string, string> {
    const inherited = Object.entries(process.env as Record<string, string>).filter(
      ([name]) => !/proxy|^DOCKER_|^NODE_OPTIONS$/i.test(name),
    );
    const PATH = [this.bin, '/usr/bin', '/bin', '/usr/sbin', dirname(process.execPath)];
    const ports = ['APP', 'PROMETHEUS', 'GRAFANA', 'ALERTMANAGER', 'SLACK_INBOX'];
    return {
      ...Object.fromEntries(inherited),
      ...(process.platform !== 'win32' && { PATH: PATH.join(delimiter) }),
      ...Object.fromEntries(ports.map((name) => [`${name}_PORT`, '0'])),
      DOCKER_CONFIG: this.home,
    };
  }
}
