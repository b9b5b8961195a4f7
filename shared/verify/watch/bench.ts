// npm run bench:watch [saves]: how long from a save to the verdict, over 50 saves of each kind, through the real command.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../root.ts';
import type { Step } from '../runner/index.ts';
import { stepNumber } from '../runner/index.ts';

const SAVES = Number(process.argv[2] ?? 50);

/** Nobody saves again at once. The containers that a check has stopped are back by then. Milliseconds. */
const BETWEEN_MS = 3_000;

interface Kind {
  name: string;
  step: string;
  file: string;
  /** The file's text at the n-th save. */
  edit(text: string, n: number): string;
}

const KINDS: Kind[] = [
  {
    name: 'config',
    step: '02-prometheus',
    file: 'prometheus/prometheus.yaml',
    edit: (text, n) => text.replace(/^global:$/m, `global:\n  query_log_file: /dev/null # ${n}`),
  },
  {
    name: 'targets',
    step: '02-prometheus',
    file: 'prometheus/prometheus.yaml',
    edit: (text, n) => text.replace(/^( +)- job_name: web$/m, `$&\n$1  params: { n: ['${n}'] }`),
  },
  {
    name: 'app',
    step: '01-app',
    file: 'app/create-app.ts',
    edit: (text, n) => `${text}// ${n}\n`,
  },
  {
    name: 'compose',
    step: '01-app',
    file: 'docker-compose.yaml',
    edit: (text, n) => text.replace('mem_limit: 256m', `mem_limit: ${257 + n}m`),
  },
];

async function measure({ step, file, edit }: Kind): Promise<{ static: number; live: number }[]> {
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-')), step);
  cpSync(join(ROOT, 'solutions', step), folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  const words = [
    '--import',
    'tsx',
    'shared/cli.ts',
    'watch',
    `${stepNumber(step)}`,
    '--dir',
    folder,
  ];
  const { default: definition } = await import(
    pathToFileURL(join(ROOT, 'shared/checks', step, 'index.ts')).href
  );
  const lastStatic = (definition as Step).checks.findLast(({ kind }) => kind === 'static')?.title;
  const command = spawn(process.execPath, words, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const times: { static: number; live: number }[] = [];
  try {
    await nextVerdict(command, `${lastStatic}`);
    for (let n = 1; n <= SAVES; n++) {
      await pause(BETWEEN_MS);
      const start = performance.now();
      writeFileSync(join(folder, file), edit(text, n));
      const { staticAt, liveAt } = await nextVerdict(command, `${lastStatic}`);
      times.push({ static: staticAt - start, live: liveAt - start });
    }
  } finally {
    command.kill('SIGINT');
    await new Promise((resolve) => command.once('exit', resolve));
    rmSync(join(folder, '..'), { recursive: true });
  }
  return times;
}

/** Reads the command's output up to the end of a verdict. @throws Error when something has failed */
async function nextVerdict(
  { stdout }: ChildProcess,
  lastStatic: string,
): Promise<{ staticAt: number; liveAt: number }> {
  let said = '';
  let staticAt = 0;
  for (;;) {
    const part = await new Promise<Buffer>((resolve) => stdout?.once('data', resolve));
    said += part;
    if (!staticAt && said.includes(lastStatic)) staticAt = performance.now();
    if (!said.includes('waiting for the next save')) continue;
    if (!said.includes(' 0 failed')) throw new Error(said);
    return { staticAt, liveAt: performance.now() };
  }
}

function describe(name: string, values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const columns = [at(0), at(0.5), at(0.95), at(1)].map((ms) => `${(ms / 1_000).toFixed(2)} s`);
  return [name.padEnd(16), ...columns.map((text) => text.padStart(8))].join('  ');
}

console.log(`${SAVES} saves of each kind${' '.repeat(3)}least      p50      p95     most`);
for (const kind of KINDS) {
  const times = await measure(kind);
  for (const part of ['static', 'live'] as const)
    console.log(
      describe(
        `${kind.name}, ${part}`,
        times.map((it) => it[part]),
      ),
    );
}
