import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import definition, {
  ALERT,
  expectOneOfEach,
  expectWatchersUp,
  fetchMessages,
  PAIRS,
  peersOf,
  VICTIMS,
} from '../../checks/10-high-availability/index.ts';
import { ROOT } from '../../root.ts';
import {
  type AlertTiming,
  messageBounds,
  type Stack,
  serversAt,
  startStack,
} from '../../stack/index.ts';
import { StepUnderTest } from '../../verify/index.ts';
import { atMost, everyTime, figure, goal, type Part, type Series, text } from '../figures.ts';
import { runOnStacks, waitForMoment } from '../stacks.ts';

/** How many stacks there are side by side, most of the time waiting. */
const WIDTH = 4;

/** Does it have a kill? → what stands behind the names of its figures. */
const KINDS: [killed: boolean, english: string, chinese: string][] = [
  [true, ', one of each killed', '，各殺掉一個'],
  [false, ', none killed', '，都不殺'],
];

interface Run {
  killed: boolean;
  timing: AlertTiming;
  /** How long after the crossing each FIRING message came, in seconds. There should be one. */
  after: number[];
  resolved: number;
  /** What the verdict says is wrong. */
  problem: string | undefined;
}

/** The incident of the verdict, with its kill or without. @param share as waitForMoment has it */
async function play(stack: Stack, killed: boolean, share: number, signal: AbortSignal) {
  const step = new StepUnderTest(stack.project.directory);
  step.stack = stack;
  const timing = {
    ...(await stack.alert(ALERT).timing()),
    peerTimeout: killed ? peersOf(step)[0].timeout : 0,
  };
  // Of the load before, nothing is left in the window of the rule.
  await pause((timing.window + timing.scrapeInterval) * 1_000, undefined, { signal });
  await expectWatchersUp(step);
  await waitForMoment(share, timing.evaluationInterval, signal);
  const startedAt = await stack.prometheus.now();
  const victims = killed ? VICTIMS : [];
  const over = new AbortController();
  const problem = await Promise.race([
    expectOneOfEach(step, victims).then(
      () => undefined,
      (error: Error) => error.message,
    ),
    once(signal, 'abort', { signal: over.signal }).then(() => 'interrupted'),
  ]);
  over.abort();
  signal.throwIfAborted();
  // Where it has ended early, they are still gone.
  if (problem && killed) await stack.compose('start', ...victims);
  const told = (await fetchMessages(step, 'FIRING')).map(
    ({ receivedAt }) => Date.parse(receivedAt) / 1_000,
  );
  const [first] = told;
  const crossings =
    first === undefined
      ? []
      : PAIRS.prometheus.map((name) =>
          serversAt(() => stack.url(name))
            .alert(ALERT)
            .crossedAt(startedAt, first),
        );
  const crossedAt = Math.min(...(await Promise.all(crossings)));
  const resolved = (await fetchMessages(step, 'RESOLVED')).length;
  return { killed, timing, after: told.map((at) => at - crossedAt), resolved, problem };
}

function figuresOf(runs: Run[]): Series[] {
  return KINDS.flatMap(([killed, english, chinese]) => {
    const those = runs.filter((run) => run.killed === killed);
    const name = (first: string, second: string): [string, string] => [
      first + english,
      second + chinese,
    ];
    const [{ timing } = {}] = those;
    const first = those.flatMap(({ after }) => after.slice(0, 1));
    const bounds = timing && messageBounds(timing);
    const firing = those.map(({ after }) => after.length);
    const resolved = those.map((run) => run.resolved);
    const failed = those.map(({ problem }) => (problem ? 1 : 0));
    return [
      figure(name('crossed → message', '超過門檻 → 訊息'), 's', first, bounds),
      figure(name('FIRING messages', 'FIRING 訊息'), 'count', firing),
      figure(name('RESOLVED messages', 'RESOLVED 訊息'), 'count', resolved),
      figure(name('not passed', '沒有通過'), 'failures', failed),
    ];
  });
}

export const failover: Part = {
  title: text('When one of each watcher is killed', '監控各倒下一個的時候'),
  about: text(
    `The system of step 10 under load, and its alert \`${ALERT}\`. The verdict's own incident: when the alert fires and nobody has been told, one Prometheus and one Alertmanager are killed (SIGKILL) at the same time, and come back when all is over. Beside it, at the same time, the same without a kill. Crossed: the first moment at which the rule's expression holds at either Prometheus. The shaded bounds are those of [alert timing](decisions/alert-timing.md), with a kill by the time longer that one Alertmanager waits for the other. Messages are counted until those that were killed are back and have had time to say something. *Not passed*: the verdict finds fault with it, also with a gap in the store. Each run begins at another moment between two evaluations. [Why it is built so](decisions/high-availability.md).`,
    `第 10 步的系統、它的負載，以及它的告警 \`${ALERT}\`。這就是驗證裡的那次事故：告警觸發、還沒有人收到通知時，同時殺掉（SIGKILL）一個 Prometheus 和一個 Alertmanager，一切結束後再讓它們回來。旁邊同時執行的，是同樣的過程但不殺任何一個。超過門檻：規則的運算式在任一個 Prometheus 最早成立的時刻。陰影是[告警時間](decisions/alert-timing.md)的上下限；有殺掉的，再加上一個 Alertmanager 等另一個的時間。訊息數到被殺掉的都回來、也有時間說話為止。*沒有通過*：驗證認為不對，包括儲存系統裡有缺口。每一次都從兩次評估之間不同的時刻開始。[為什麼這樣做](decisions/high-availability.md)。`,
  ),
  runs: 10,
  memory: 3,
  containers: true,
  async measure({ runs, say, signal }) {
    const directory = join(ROOT, 'solutions', definition.id);
    const { services } = definition;
    const stacks = Array.from({ length: Math.min(WIDTH, 2 * runs) }, () =>
      startStack({ directory, services, signal }),
    );
    const played = await runOnStacks(stacks, 2 * runs, async (stack, n) => {
      // In turn, so that each stack has both.
      const killed = (n + Math.floor(n / WIDTH)) % 2 === 0;
      const run = await play(stack, killed, (Math.floor(n / 2) + 0.5) / runs, signal);
      const { after, resolved, problem } = run;
      const seconds = after.map((it) => `${it.toFixed(1)} s`).join(' and ');
      say(
        `failover, ${killed ? 'killed' : 'not killed'}: FIRING ${seconds ? `after ${seconds}` : 'never'}, ${resolved} RESOLVED`,
      );
      if (problem) say(`failover: NOT PASSED: ${problem}`);
      return run;
    });
    return {
      series: figuresOf(played),
      notes: [
        text(
          `${stacks.length} stacks ran side by side on this machine, each in turn with a kill and without.`,
          `這台機器上同時執行 ${stacks.length} 套系統，每套輪流殺與不殺。`,
        ),
      ],
    };
  },
  goals: [
    goal(
      [
        'one of each killed: exactly one FIRING and one RESOLVED, every time',
        '各殺掉一個：每一次都剛好一則 FIRING 和一則 RESOLVED',
      ],
      everyTime((count, { name }) =>
        / messages, one of each killed$/.test(name.en) ? count === 1 : undefined,
      ),
    ),
    goal(
      [
        'one of each killed: the verdict passes, with no gap in the store, every time',
        '各殺掉一個：每一次驗證都通過，儲存系統裡沒有缺口',
      ],
      atMost(/^not passed, one of each killed$/, 'max', 0),
    ),
  ],
};
