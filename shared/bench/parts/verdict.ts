import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { ROOT } from '../../root.ts';
import { temporaryFolder } from '../../temporary.ts';
import { computeVerdict, removeKept, STEPS, stepNumber } from '../../verify/index.ts';
import { atMost, type Context, figure, goal, type Part, type Series, text } from '../figures.ts';

/** Static verdicts are quick, so there are more of them. */
const STATIC = 20;

/** The others wait for alerts, so they are looked at less often. */
const isQuick = (number: number): boolean => number < 4 || number === 6;

/** Within how many seconds a verdict of the later steps is to be there. */
const LIMITS: [step: number, seconds: number][] = [
  [6, 15],
  [7, 90],
  [8, 60],
  [9, 45],
  [10, 90],
];

const METER = pathToFileURL(join(import.meta.dirname, 'meter-waits.ts')).href;

interface Verdict {
  /** Seconds until it is printed. */
  seconds: number;
  /** Seconds of these in which nothing was left to do but wait for servers. */
  waited: number;
  failed: number;
  problem?: string;
}

/** The command in a process of its own, without npm. */
export async function runVerdict(args: string[], signal: AbortSignal): Promise<Verdict> {
  await using folder = temporaryFolder('bench');
  const file = join(folder.path, 'waits.json');
  const start = performance.now();
  const nodeArgs = ['--import', 'tsx', '--import', METER, 'shared/start.js', 'verify', ...args];
  const child = execa(process.execPath, [...nodeArgs, '--json'], {
    ...{ cwd: ROOT, reject: false, cancelSignal: signal, forceKillAfterDelay: false },
    env: { WAITS: file },
  });
  // It comes before the containers are taken down; none at all, when the machine was in the way.
  await Promise.race([once(child.stdout, 'data'), child]);
  const seconds = (performance.now() - start) / 1_000;
  const { stdout, stderr, exitCode } = await child;
  signal.throwIfAborted();
  const isVerdict = stdout.startsWith('{') && exitCode !== 2;
  const { failed, results } = isVerdict ? JSON.parse(stdout) : { failed: 1, results: [] };
  const found = results.find(({ outcome }: { outcome: string }) => outcome === 'failed');
  const problem = isVerdict ? found && `${found.title}: ${found.finding.actual}` : stderr || stdout;
  const waited = isVerdict ? JSON.parse(readFileSync(file, 'utf8')) : 0;
  return { seconds, waited, failed, problem };
}

/** Containers come up, and are judged; then they are up, and are judged again. */
async function judgeLive(step: string, runs: number, { say, signal }: Context): Promise<Series[]> {
  const number = stepNumber(step);
  const directory = join(ROOT, 'solutions', step);
  const taken: Record<'cold' | 'warm', Verdict[]> = { cold: [], warm: [] };
  for (let run = 0; run < runs; run++) {
    await removeKept(directory);
    try {
      for (const kind of ['cold', 'warm'] as const) {
        const verdict = await runVerdict([`${number}`, '--solution', '--keep'], signal);
        if (verdict.failed > 0) throw new Error(`Step ${number} failed: ${verdict.problem}`);
        taken[kind].push(verdict);
        say(`verdict: step ${number}, ${kind}: ${verdict.seconds.toFixed(1)} s`);
      }
    } finally {
      await removeKept(directory);
    }
  }
  return (['cold', 'warm'] as const).flatMap((kind) => {
    const english = `step ${number}, ${kind}`;
    const chinese = `第 ${number} 步，${kind === 'cold' ? '從頭開始' : '容器已在執行'}`;
    const of = (part: 'seconds' | 'waited') => taken[kind].map((one) => one[part]);
    return [
      figure([english, chinese], 's', of('seconds')),
      figure([`${english}: of it waiting`, `${chinese}：其中在等待`], 's', of('waited')),
    ];
  });
}

async function judgeFiles(step: string, runs: number): Promise<Series> {
  const number = stepNumber(step);
  const values: number[] = [];
  for (let run = -1; run < runs; run++) {
    const start = performance.now();
    const { failed } = await computeVerdict({ number, solution: true, static: true });
    if (failed > 0) throw new Error(`Step ${number}: ${failed} static checks failed`);
    // The first one loads the checks.
    if (run >= 0) values.push(performance.now() - start);
  }
  return figure([`step ${number}, static`, `第 ${number} 步，靜態`], 'ms', values);
}

export const verdict: Part = {
  title: text('How long a verdict takes', '驗證要多久'),
  about: text(
    `Each step's solution. *Static*: the checks of files, in a program that runs already, as \`npm run watch\` does. *Cold*: the command, without npm itself, from its start until the verdict is printed, with images that are there and no containers. *Warm*: the same with the containers of before (\`--keep\`). *Of it waiting*: nothing was left to do but wait for servers: for a scrape, an evaluation, an alert that is pending, Alertmanager that collects; the lessons' intervals decide how long.`,
    `每一步的解答。*靜態*：只檢查檔案，在已經執行中的程式裡，就像 \`npm run watch\`。*從頭開始*：整個指令（不含 npm 本身），從啟動到印出結果，映像檔都在，沒有容器。*容器已在執行*：沿用之前的容器（\`--keep\`）。*其中在等待*：除了等伺服器沒有別的事可做：等抓取、等評估、等 pending 的告警、等 Alertmanager 收集；要等多久由課程的間隔決定。`,
  ),
  runs: 3,
  memory: 3,
  containers: true,
  async measure(context) {
    const { runs, quick } = context;
    const all = quick ? STEPS.slice(0, 1) : STEPS;
    const files: Series[] = [];
    for (const step of all) files.push(await judgeFiles(step, quick ? 2 : STATIC));
    const live: Series[] = [];
    for (const step of all) {
      const times = isQuick(stepNumber(step)) ? runs : Math.ceil(runs / 3);
      live.push(...(await judgeLive(step, times, context)));
    }
    return { series: [...files, ...live], notes: [] };
  },
  goals: [
    goal(
      ['static: p95 ≤ 300 ms, in every step', '靜態：每一步的 p95 ≤ 300 毫秒'],
      atMost(/, static$/, 'p95', 300),
    ),
    goal(
      [
        'steps 1 to 3, cold or warm: ≤ 8 s, every time',
        '第 1 到 3 步，不論是否從頭開始：每一次 ≤ 8 秒',
      ],
      atMost(/^step [123], (cold|warm)$/, 'max', 8),
      text(
        'a new Prometheus hands its targets to its scraper for the first time [five seconds after its start](https://github.com/prometheus/prometheus/blob/v3.5.3/discovery/manager.go), and no flag changes that; see the waiting below',
        '新啟動的 Prometheus 在[啟動五秒之後](https://github.com/prometheus/prometheus/blob/v3.5.3/discovery/manager.go)才第一次把目標交給抓取程式，沒有參數可以改變；等待的時間見下面',
      ),
    ),
    ...LIMITS.map(([step, seconds]) =>
      goal(
        [`step ${step}, cold: ≤ ${seconds} s`, `第 ${step} 步，從頭開始：≤ ${seconds} 秒`],
        atMost(new RegExp(`^step ${step}, cold$`), 'max', seconds),
      ),
    ),
  ],
};
