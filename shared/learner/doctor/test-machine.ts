import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { publishedPorts } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import type { Report } from './report.ts';
import type { Answers } from './test-docker.ts';
import { HEALTHY } from './test-docker.ts';

/** What the doctor is made of, and what it reads. */
const PARTS = [
  ...[
    'start.js',
    'cli.ts',
    'root.ts',
    'busy.ts',
    'language.ts',
    'temporary.ts',
    'commands',
    'engine',
    'images',
    'learner/doctor',
  ].map((name) => `shared/${name}`),
  'shared/inbox/Dockerfile',
  'steps',
  'solutions',
  'package.json',
  'package-lock.json',
  'docker-compose.yaml',
];

/** A clone in a temporary folder, and a machine on which only what a test has put there is found first. */
export class TestMachine {
  readonly home = mkdtempSync(join(tmpdir(), 'doctor-'));
  readonly clone = join(this.home, 'clone');
  /** The first folder of PATH. */
  readonly bin = join(this.home, 'bin');

  constructor({ packages } = { packages: true }) {
    for (const part of PARTS) cpSync(join(ROOT, part), join(this.clone, part), { recursive: true });
    const modules = join(this.clone, 'node_modules');
    if (packages) symlinkSync(join(ROOT, 'node_modules'), modules, 'junction');
    mkdirSync(this.bin);
  }

  /** Puts a `docker` there that answers as a healthy one, except where it is told otherwise. */
  docker(answers: Answers = {}): this {
    const cases = Object.entries({ ...HEALTHY, ...answers }).map(
      ([words, script]) => `"${words}"*)\n${script}\n;;`,
    );
    return this.program('docker', `case "$*" in\n${cases.join('\n')}\n*) exit 1;;\nesac`);
  }

  /** Puts a program there that is a shell script. */
  program(name: string, script: string): this {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return this;
  }

  /** Changes a file of the clone. */
  edit(path: string, change: (text: string) => string): this {
    const file = join(this.clone, path);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return this;
  }

  /** Runs what is behind `npm run doctor`. @param before words that start Node.js in another way */
  run(
    words: string[] = [],
    env: Record<string, string> = {},
    before: string[] = [],
    command = 'doctor',
  ) {
    const start = join(this.clone, 'shared/start.js');
    const [program = '', ...rest] = [...before, process.execPath, start, command, ...words];
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
    rmSync(this.home, { recursive: true, force: true });
  }

  /** That of this process, without any proxy, with Docker's settings in `home` and ports that nobody holds. */
  #environment(): Record<string, string> {
    const inherited = Object.entries(process.env as Record<string, string>).filter(
      ([name]) => !/proxy|^DOCKER_|^NODE_OPTIONS$/i.test(name),
    );
    const PATH = [this.bin, '/usr/bin', '/bin', '/usr/sbin', dirname(process.execPath)];
    return {
      ...Object.fromEntries(inherited),
      ...(process.platform !== 'win32' && { PATH: PATH.join(delimiter) }),
      ...Object.fromEntries(publishedPorts(ROOT).map(({ variable }) => [variable, '0'])),
      DOCKER_CONFIG: this.home,
    };
  }
}
