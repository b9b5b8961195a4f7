// npm run bench:watch [saves]: how long from a save to the verdict, over 50 saves of each kind.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../root.ts';
import { stepNumber, type VerifyEvent } from '../runner/index.ts';
import { watch } from './index.ts';

const SAVES = Number(process.argv[2] ?? 50);

/** Nobody saves again at once. The containers that a check has stopped are back by then. Milliseconds. */
const BETWEEN_MS = 3_000;

/** The file's text at the n-th save. */
type Edit = (text: string, n: number) => string;

const SETTINGS = '02-prometheus/prometheus/prometheus.yaml';

/** Kind of save → the file below solutions/, and how it is edited. */
const KINDS: Record<string, [file: string, edit: Edit]> = {
  config: [
    SETTINGS,
    (text, n) => text.replace(/^global:$/m, `global:\n  query_log_file: /dev/null # ${n}`),
  ],
  targets: [
    SETTINGS,
    (text, n) => text.replace(/^( +)- job_name: web$/m, `$&\n$1  params: { n: ['${n}'] }`),
  ],
  app: ['01-app/app/create-app.ts', (text, n) => `${text}// ${n}\n`],
  compose: [
    '01-app/docker-compose.yaml',
    (text, n) => text.replace('mem_limit: 256m', `mem_limit: ${257 + n}m`),
  ],
};

/** @returns milliseconds from each save to the verdict on the files, and to the one on everything */
async function measure(path: string, edit: Edit): Promise<{ static: number; live: number }[]> {
  const [step = ''] = path.split('/');
  const home = mkdtempSync(join(tmpdir(), 'bench-'));
  cpSync(join(ROOT, 'solutions', step), join(home, step), { recursive: true });
  const file = join(home, path);
  const text = readFileSync(file, 'utf8');
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const events = watch({ number: stepNumber(step), dir: join(home, step), signal });
  const times = [];
  try {
    await nextVerdict(events);
    for (let n = 1; n <= SAVES; n++) {
      // From here on it does what it does while a learner reads and types.
      const verdict = nextVerdict(events);
      await pause(BETWEEN_MS);
      const start = performance.now();
      writeFileSync(file, edit(text, n));
      const ends = await verdict;
      times.push({ static: ends.static - start, live: ends.live - start });
    }
  } finally {
    interrupt.abort();
    await events.return();
    rmSync(home, { recursive: true });
  }
  return times;
}

/** When the last file was judged, and when everything was. @throws Error when something has failed */
async function nextVerdict(events: AsyncGenerator<VerifyEvent, void>) {
  let filesAt = 0;
  for (;;) {
    const { value } = await events.next();
    if (!value) throw new Error('The watch has ended');
    if ('result' in value && value.result.kind === 'static') filesAt = performance.now();
    if (!('verdict' in value)) continue;
    if (value.verdict.failed > 0) throw new Error(JSON.stringify(value.verdict, null, 2));
    return { static: filesAt, live: performance.now() };
  }
}

function describe(name: string, values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const columns = [at(0), at(0.5), at(0.95), at(1)].map((ms) => `${(ms / 1_000).toFixed(2)} s`);
  return [name.padEnd(16), ...columns.map((text) => text.padStart(8))].join('  ');
}

console.log(`${SAVES} saves of each kind${' '.repeat(3)}least      p50      p95     most`);
for (const [name, [file, edit]] of Object.entries(KINDS)) {
  const times = await measure(file, edit);
  for (const part of ['static', 'live'] as const)
    console.log(
      describe(
        `${name}, ${part}`,
        times.map((time) => time[part]),
      ),
    );
}
