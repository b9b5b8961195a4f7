import { setMaxListeners } from 'node:events';
import { clearInterval, setInterval } from 'node:timers';
import { atMost, figure, goal, type Part, type Series, text } from '../figures.ts';
import { freeMemory } from '../machine.ts';
import { runVerdict } from './verdict.ts';

/** How many verdicts of which step there are at once. Of the core, step 4 has the heaviest. */
const SIZES: [step: number, learners: number][] = [
  ...[1, 2, 4, 8, 16].map((learners): [number, number] => [2, learners]),
  [4, 8],
];

/** What one verdict takes at most, with its containers and its processes. GB. */
const EACH = 0.6;

/** How often the free memory is looked at. Milliseconds. */
const LOOK_MS = 200;

/** @returns of each verdict its seconds and whether it failed, and the MB that each took when all together took most */
async function judgeTogether(step: number, learners: number, signal: AbortSignal) {
  // Each of the verdicts listens to it.
  setMaxListeners(0, signal);
  const before = process.availableMemory();
  let least = before;
  const clock = setInterval(() => {
    least = Math.min(least, process.availableMemory());
  }, LOOK_MS);
  try {
    const verdicts = await Promise.all(
      Array.from({ length: learners }, () => runVerdict([`${step}`, '--solution'], signal)),
    );
    return { verdicts, memory: (before - least) / 1e6 / learners };
  } finally {
    clearInterval(clock);
  }
}

export const classroom: Part = {
  title: text('A class on one machine', '一班人在一台機器上'),
  about: text(
    `Verdicts of the solution at once, each as its own command with its own containers, as learners on one server start them: of step 2 (app and Prometheus) 1, 2, 4, 8 and 16, and of step 4, the heaviest of the core, 8. A solution is right, so each failure is a false one. *Memory of each*: how far the machine's free memory went down, by the number of verdicts; containers, processes and all.`,
    `同時驗證多份解答，每一份都是自己的指令和自己的容器，就像很多學員在同一台伺服器上執行：第 2 步（app 和 Prometheus）1、2、4、8、16 份，以及核心裡最重的第 4 步 8 份。解答是對的，所以每一個失敗都是誤判。*每份的記憶體*：機器的可用記憶體少了多少，除以份數；容器、行程全部算在內。`,
  ),
  runs: 1,
  memory: 2,
  containers: true,
  async measure({ runs, quick, say, signal }) {
    const free = await freeMemory(true);
    const sizes = quick ? SIZES.slice(0, 1) : SIZES;
    const fitting = sizes.filter(([, learners]) => learners * EACH < free);
    const series: Series[] = [];
    for (const [step, learners] of fitting) {
      const [seconds, failures, memory]: [number[], number[], number[]] = [[], [], []];
      for (let run = 0; run < runs; run++) {
        const result = await judgeTogether(step, learners, signal);
        seconds.push(...result.verdicts.map((one) => one.seconds));
        const wrong = result.verdicts.filter(({ failed }) => failed > 0);
        for (const { problem } of wrong) say(`class: FALSE FAILURE of step ${step}: ${problem}`);
        failures.push(wrong.length);
        memory.push(result.memory);
        say(`class: ${learners} of step ${step}: ${wrong.length} false failures`);
      }
      const english = `step ${step}, ${learners} at once`;
      const chinese = `第 ${step} 步，同時 ${learners} 份`;
      series.push(
        figure([english, chinese], 's', seconds),
        figure([`${english}: memory of each`, `${chinese}：每份的記憶體`], 'MB', memory),
        figure([`${english}: false failures`, `${chinese}：誤判`], 'failures', failures),
      );
    }
    const left = sizes.filter((size) => !fitting.includes(size));
    return {
      series,
      notes: left.map(([step, learners]) =>
        text(
          `${learners} of step ${step} at once were not tried: this machine has ${free.toFixed(1)} GB of free memory, and they may need ${(learners * EACH).toFixed(1)}.`,
          `沒有試第 ${step} 步同時 ${learners} 份：這台機器的可用記憶體是 ${free.toFixed(1)} GB，而它們可能需要 ${(learners * EACH).toFixed(1)} GB。`,
        ),
      ),
    };
  },
  goals: [
    goal(
      ['8 at once, of either step, without a false failure', '不論哪一步，同時 8 份都沒有誤判'],
      atMost(/ 8 at once: false failures$/, 'max', 0),
    ),
  ],
};
