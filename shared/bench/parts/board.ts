import { randomBytes } from 'node:crypto';
import { endBoard, simulate, startBoard } from '../../class/board/index.ts';
import { atMost, figure, goal, insideBounds, type Part, percentiles, text } from '../figures.ts';

/** All but the number of learners in seconds. Nobody asks for a verdict more often than this pace. */
const CLASS = { learners: 100, seconds: 600, pace: 15, stuckAfter: 600 };
const QUICK = { learners: 10, seconds: 60, pace: 15, stuckAfter: 30 };

/** Compose gives each a free port, so that a board that is up is left alone. */
const PORTS = Object.fromEntries(
  ['', '_PROMETHEUS', '_GRAFANA', '_ALERTMANAGER', '_INBOX'].map((name) => [
    `BOARD${name}_PORT`,
    '0',
  ]),
);

/** One class, on a board of its own. */
async function teach(options: typeof CLASS, signal: AbortSignal) {
  const project = `class-board-bench-${randomBytes(3).toString('hex')}`;
  Object.assign(process.env, PORTS, { BOARD_STUCK_SECONDS: `${options.stuckAfter}` });
  try {
    const board = await startBoard({ project, signal });
    const { stuck, bounds, ...rest } = await simulate(board, { ...options, signal });
    if (Number.isNaN(stuck)) throw new Error('there was no message about the learner who is stuck');
    const after = (seconds: number) => seconds - options.stuckAfter;
    return {
      ...{ ...rest, stuck: after(stuck), leftOut: board.leftOut },
      lost: rest.reports - rest.seen.length,
      bounds: { least: after(bounds.least), most: after(bounds.most) },
    };
  } finally {
    await endBoard(project);
  }
}

/** Thousands of values as a hundred: the 1st percentile to the 100th. */
function hundredths(values: number[]): number[] {
  const at = percentiles(values);
  return Array.from({ length: 100 }, (_, n) => at((n + 1) / 100));
}

export const board: Part = {
  title: text('A hundred learners on the class board', '看板上的一百位學員'),
  about: text(
    "The servers of the class board and a hundred learners for ten minutes, all on this machine; every 15 seconds each sends a report, with the program that learners' commands start. *Report → seen*: from the end of a verdict until Prometheus has its numbers. Of all reports each hundredth is shown, the 1st percentile to the 100th. *Of it on the board*: from its arrival there; the rest is the start of the sending program, for which a hundred learners share this machine. One learner makes no progress: the message must come after the ten minutes, inside the shaded bounds, which follow from the files of the board. *Memory*: of all its servers together, the most that was seen, without Grafana where its image is not available. [What the board does](instructor/board.md).",
    '看板的伺服器和一百位學員，十分鐘，都在這台機器上；每位學員每 15 秒送出一份回報，用的是學員的指令所啟動的同一個程式。*回報 → 看到*：從驗證結束到 Prometheus 有這些數字。所有回報取每個百分位數，從第 1 到第 100。*其中在看板*：從回報送達看板算起；其餘是送出的程式啟動的時間，一百位學員共用這台機器。有一位學員沒有進展：訊息必須在十分鐘之後、在陰影的上下限之內到達，上下限由看板的檔案算出來。*記憶體*：所有伺服器合計，看到的最大值；拿不到 Grafana 的映像檔時不含它。[看板做什麼](instructor/board.md)。',
  ),
  runs: 1,
  memory: 3,
  containers: true,
  async measure({ runs, quick, say, signal }) {
    const classes: Awaited<ReturnType<typeof teach>>[] = [];
    for (let run = 0; run < runs; run++) {
      const one = await teach(quick ? QUICK : CLASS, signal);
      say(`board: ${one.seen.length} of ${one.reports} reports seen`);
      classes.push(one);
    }
    const all = (of: 'seen' | 'shown') => hundredths(classes.flatMap((one) => one[of]));
    const each = (of: 'stuck' | 'memory' | 'reports' | 'lost') => classes.map((one) => one[of]);
    const [{ bounds } = {}] = classes;
    return {
      series: [
        figure(['report → seen', '回報 → 看到'], 's', all('seen')),
        figure(['of it on the board', '其中在看板'], 's', all('shown')),
        figure(['stuck for too long → message', '卡住太久 → 訊息'], 's', each('stuck'), bounds),
        figure(['memory of all servers', '所有伺服器的記憶體'], 'MiB', each('memory')),
        figure(['reports', '回報'], 'count', each('reports')),
        figure(['reports lost', '遺失的回報'], 'failures', each('lost')),
      ],
      notes: classes[0]?.leftOut
        ? [
            text(
              'It ran without Grafana, whose image is not available here.',
              '執行時沒有 Grafana，這裡拿不到它的映像檔。',
            ),
          ]
        : [],
    };
  },
  goals: [
    goal(
      ['report → seen: p95 ≤ 5 s', '回報 → 看到：p95 ≤ 5 秒'],
      atMost(/^report → seen$/, 'p95', 5),
    ),
    goal(
      ['the message about who is stuck is inside its bounds', '誰卡住了的訊息在上下限之內'],
      insideBounds,
    ),
    goal(
      ['all servers together ≤ 300 MiB', '所有伺服器合計 ≤ 300 MiB'],
      atMost(/^memory/, 'max', 300),
    ),
    goal(['no report is lost', '沒有遺失任何回報'], atMost(/^reports lost$/, 'max', 0)),
  ],
};
