import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../root.ts';
import { temporaryFolder } from '../../temporary.ts';
import { FINISHED, STEPS } from '../../verify/index.ts';
import { atMost, figure, goal, type Part, text } from '../figures.ts';

/** Compose gives each a free port, so that a demo that runs already is left alone. */
const PORTS = Object.fromEntries(
  ['APP', 'PROMETHEUS', 'GRAFANA', 'ALERTMANAGER', 'INBOX'].map((name) => [`${name}_PORT`, '0']),
);

/** Seconds from the start of `git clone` until everything is installed, and until the alert is resolved. */
async function cloneAndRun(signal: AbortSignal) {
  await using home = temporaryFolder('bench');
  const clone = join(home.path, 'clone');
  const start = performance.now();
  const now = () => (performance.now() - start) / 1_000;
  const env = { ...PORTS, COMPOSE_PROJECT_NAME: `bench-${process.pid}`, WORKSHOP_LANG: 'en' };
  const options = { cwd: clone, env, cancelSignal: signal };
  await execa('git', ['clone', '--quiet', ROOT, clone], { cancelSignal: signal });
  await execa('npm', ['ci', '--no-audit', '--no-fund'], options);
  const installed = now();
  // Ctrl-C, which npm would swallow, ends it with all that it has started.
  const demo = execa(process.execPath, ['shared/start.js', 'demo', '--once'], {
    ...options,
    forceKillAfterDelay: false,
  });
  let resolved = 0;
  for await (const line of demo) if (/ s {2}resolved /.test(line)) resolved ||= now();
  await demo;
  return { installed, resolved };
}

/** What a learner does to have the same by hand: the marked tasks, and the commands of the lessons, as far as the demo goes. */
export function countByHand() {
  const steps = STEPS.slice(0, STEPS.indexOf(FINISHED) + 1);
  const count = (path: string, pattern: RegExp) =>
    [...readFileSync(path, 'utf8').matchAll(pattern)].length;
  let [tasks, commands] = [0, 0];
  for (const step of steps) {
    const folder = join(ROOT, 'solutions', step);
    const lesson = readFileSync(join(folder, 'README.md'), 'utf8');
    const blocks = [...lesson.matchAll(/^```sh\b.*\n([^`]*)^```/gm)].map(([, block = '']) => block);
    commands += blocks.join('').match(/^(?!#)\S.*$/gm)?.length ?? 0;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((path) => /\.(ts|ya?ml|json)$|Dockerfile$/.test(path)))
      if (!file.includes('node_modules')) tasks += count(join(folder, file), /#region task:/g);
  }
  return { tasks, commands };
}

export const demo: Part = {
  title: text('From a clone to a resolved alert', '從 clone 到告警解除'),
  about: text(
    'A fresh clone, `npm ci` and `npm run demo -- --once`, with images that are there: from the start of `git clone` until the message that the alert is over. The demo runs without npm around it.',
    '全新的 clone、`npm ci` 和 `npm run demo -- --once`，映像檔都已經在：從 `git clone` 開始，到告警解除的訊息為止。demo 不經過 npm 直接執行。',
  ),
  runs: 2,
  memory: 3,
  containers: true,
  async measure({ runs, say, signal }) {
    const taken: Awaited<ReturnType<typeof cloneAndRun>>[] = [];
    for (let run = 0; run < runs; run++) {
      const one = await cloneAndRun(signal);
      say(
        `demo: installed after ${one.installed.toFixed(1)} s, resolved after ${one.resolved.toFixed(1)} s`,
      );
      taken.push(one);
    }
    const { tasks, commands } = countByHand();
    const of = (moment: 'resolved' | 'installed') => taken.map((one) => one[moment]);
    return {
      series: [
        figure(['clone → resolved', 'clone → 解除'], 's', of('resolved')),
        figure(['of it clone and npm ci', '其中 clone 和 npm ci'], 's', of('installed')),
      ],
      notes: [
        text(
          `That is 3 commands and no edit. By hand, as steps 1 to 5 teach it, the same system takes ${tasks} edits and ${commands} commands.`,
          `這是 3 個指令，不用改任何檔案。照第 1 到 5 步教的用手做出同一套系統，要改 ${tasks} 個地方，執行 ${commands} 個指令。`,
        ),
      ],
    };
  },
  goals: [
    goal(
      ['clone → resolved ≤ 90 s, every time', 'clone → 解除：每一次 ≤ 90 秒'],
      atMost(/^clone → resolved$/, 'max', 90),
      text(
        'the message that it is over comes one `group_interval` of 10 s sooner or later, as [below](#an-alert-on-its-way), and a quarter of the time is `npm ci`',
        '解除的訊息可能早一個或晚一個 10 秒的 `group_interval`，如下面告警的數字所示，另外四分之一的時間是 `npm ci`',
      ),
    ),
  ],
};
