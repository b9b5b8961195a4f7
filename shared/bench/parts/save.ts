import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../root.ts';
import { temporaryFolder } from '../../temporary.ts';
import { stepNumber, type VerifyEvent } from '../../verify/runner/index.ts';
import { watch } from '../../verify/watch/index.ts';
import {
  atMost,
  type Context,
  figure,
  goal,
  type Part,
  type Series,
  sideBySide,
  text,
} from '../figures.ts';

/** Nobody saves again at once. The containers that a check has stopped are back by then. Milliseconds. */
const BETWEEN_MS = 2_000;

/** How many kinds of saves are measured side by side. */
const WIDTH = 2;

/** The file's text at the n-th save. */
type Edit = (text: string, n: number) => string;

const SETTINGS = '02-prometheus/prometheus/prometheus.yaml';

/** Kind of save → the file below solutions/, how it is edited, and what the kind is called. */
const KINDS: Record<string, [file: string, edit: Edit, chinese: string]> = {
  config: [
    SETTINGS,
    (text, n) => text.replace(/^global:$/m, `global:\n  query_log_file: /dev/null # ${n}`),
    '設定',
  ],
  app: ['01-app/app/create-app.ts', (text, n) => `${text}// ${n}\n`, 'app 的程式'],
  targets: [
    SETTINGS,
    (text, n) => text.replace(/^( +)- job_name: web$/m, `$&\n$1  params: { n: ['${n}'] }`),
    '目標',
  ],
  compose: [
    '01-app/docker-compose.yaml',
    (text, n) => text.replace('mem_limit: 256m', `mem_limit: ${257 + n}m`),
    'compose 檔',
  ],
};

/** Saves again and again. @returns milliseconds from each save to the verdict on the files, and seconds to the one on everything */
async function measureSaves(kind: string, { runs, say, signal }: Context): Promise<Series[]> {
  const [path = '', edit = String, chinese = ''] = KINDS[kind] ?? [];
  const [step = ''] = path.split('/');
  await using home = temporaryFolder('bench');
  const folder = join(home.path, step);
  cpSync(join(ROOT, 'solutions', step), folder, { recursive: true });
  const file = join(home.path, path);
  const content = readFileSync(file, 'utf8');
  const interrupt = new AbortController();
  const ended = AbortSignal.any([interrupt.signal, signal]);
  const events = watch({ number: stepNumber(step), dir: folder, signal: ended });
  const times: { static: number[]; live: number[] } = { static: [], live: [] };
  try {
    await nextVerdict(events);
    for (let n = 1; n <= runs; n++) {
      // From here on it does what it does while a learner reads and types.
      const verdict = nextVerdict(events);
      await pause(BETWEEN_MS, undefined, { signal });
      const start = performance.now();
      writeFileSync(file, edit(content, n));
      const ends = await verdict;
      times.static.push(ends.static - start);
      times.live.push((ends.live - start) / 1_000);
      if (n % 10 === 0) say(`save: ${kind}, ${n} of ${runs}`);
    }
  } finally {
    interrupt.abort();
    await events.return();
  }
  return [
    figure([`${kind}, files`, `${chinese}，檔案`], 'ms', times.static),
    figure([`${kind}, everything`, `${chinese}，全部`], 's', times.live),
  ];
}

/** When the last file was judged, and when everything was. @throws Error when something has failed */
async function nextVerdict(events: AsyncGenerator<VerifyEvent, void>) {
  let filesAt = 0;
  for (;;) {
    const { value } = await events.next();
    if (!value) throw new Error('The watch has ended');
    if ('files' in value) filesAt = performance.now();
    if (!('verdict' in value)) continue;
    if (value.verdict.failed > 0) throw new Error(JSON.stringify(value.verdict, null, 2));
    return { static: filesAt, live: performance.now() };
  }
}

export const save: Part = {
  title: text('From a save to the verdict', '從存檔到結果'),
  about: text(
    `\`npm run watch\`: from the save to the verdict on the files, and to the verdict on everything. *Config* is step 2's \`prometheus.yaml\`, *targets* a change of a job in it, *app* step 1's \`create-app.ts\`, *compose* a memory limit in step 1, which makes the app's container anew. [What each save touches](decisions/watch.md).`,
    `\`npm run watch\`：從存檔到檔案的結果，以及到全部的結果。*設定*是第 2 步的 \`prometheus.yaml\`，*目標*是改動其中的一個 job，*app 的程式*是第 1 步的 \`create-app.ts\`，*compose 檔*是第 1 步的一個記憶體上限，app 的容器因此會重建。[每次存檔牽動什麼](decisions/watch.md)。`,
  ),
  runs: 50,
  memory: 2,
  containers: true,
  async measure(context) {
    const jobs = Object.keys(KINDS).map((kind) => () => measureSaves(kind, context));
    return {
      series: (await sideBySide(WIDTH, jobs)).flat(),
      notes: [
        text(
          `${WIDTH} kinds of saves were measured side by side, ${BETWEEN_MS / 1_000} s between one verdict and the next save.`,
          `同時量 ${WIDTH} 種存檔，每次結果和下一次存檔之間隔 ${BETWEEN_MS / 1_000} 秒。`,
        ),
      ],
    };
  },
  goals: [
    goal(
      ['files: p95 ≤ 300 ms, every kind', '檔案：每一種的 p95 ≤ 300 毫秒'],
      atMost(/, files$/, 'p95', 300),
    ),
    goal(
      ['everything: p95 ≤ 5 s, every kind', '全部：每一種的 p95 ≤ 5 秒'],
      atMost(/, everything$/, 'p95', 5),
      text(
        'Prometheus itself looks for its targets every 5 seconds, so a save that changes one waits up to 5 seconds more; nothing makes it look earlier',
        'Prometheus 自己每 5 秒才找一次目標，所以改動目標的存檔最多要多等 5 秒；沒有辦法讓它更早去找',
      ),
    ),
  ],
};
