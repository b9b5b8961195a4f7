import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertRun, fireAndResolve } from '../../demo/index.ts';
import { ROOT } from '../../root.ts';
import {
  messageBounds,
  type ReplacedFile,
  resolvedBounds,
  type Stack,
  startStack,
} from '../../stack/index.ts';
import { FINISHED } from '../../verify/index.ts';
import {
  type Context,
  figure,
  goal,
  insideBounds,
  type Part,
  type Series,
  statistics,
  text,
} from '../figures.ts';
import { runOnStacks, waitForMoment } from '../stacks.ts';

/** How many stacks there are side by side, most of the time waiting. */
const [OURS, OTHERS] = [5, 10];

const directory = join(ROOT, 'solutions', FINISHED);
/** The same Prometheus with the tutorial's interval between evaluations. Seconds. */
const [EVERY, RARELY] = [5, 60];
const MINUTELY = ', every minute';

const SERVICES = ['app', 'prometheus', 'alertmanager', 'inbox'];

/** What the tutorial's Prometheus sees in place of the step's own settings. */
function settings(every: number): ReplacedFile[] {
  if (every === EVERY) return [];
  const file = join(directory, 'prometheus/prometheus.yaml');
  const own = `evaluation_interval: ${EVERY}s`;
  const content = readFileSync(file, 'utf8').replace(own, `evaluation_interval: ${every}s`);
  const target = '/etc/prometheus/prometheus.yaml';
  return [{ service: 'prometheus', target, content, mode: statSync(file).mode & 0o777 }];
}

/**
 * Sends the load again and again, on some stacks, until there were so many runs.
 *
 * @param every seconds between evaluations
 * @returns a report of each run
 */
function sendLoads(stacks: Promise<Stack>[], every: number, runs: number, context: Context) {
  const { say, signal } = context;
  return runOnStacks(stacks, runs, async (stack, run) => {
    const beforeLoad = () => waitForMoment((run + 0.5) / runs, every, signal);
    const options = { print: () => {}, fail: false, signal, beforeLoad };
    const report = await fireAndResolve(stack, options);
    const seconds = [report.thresholdToMessage, report.loadEndToResolved].map(({ measured }) =>
      measured.toFixed(1),
    );
    say(`alert, evaluated every ${every} s: message, resolved after ${seconds.join(', ')} s`);
    return report;
  });
}

/** @param names what stands behind those of the figures */
function figuresOf(reports: AlertRun[], [english, chinese] = ['', '']): Series[] {
  const [first] = reports;
  if (!first) return [];
  const of = (part: 'thresholdToMessage' | 'loadEndToResolved') =>
    reports.map((report) => report[part].measured);
  const message: [string, string] = [`crossed → message${english}`, `超過門檻 → 訊息${chinese}`];
  const over: [string, string] = [`load ended → resolved${english}`, `負載結束 → 解除${chinese}`];
  return [
    figure(message, 's', of('thresholdToMessage'), messageBounds(first.timing)),
    figure(over, 's', of('loadEndToResolved'), resolvedBounds(first.timing)),
  ];
}

const medianOf = (series: Series[], which = '') => {
  const found = series.find(({ name }) => name.en === `crossed → message${which}`);
  return { median: statistics(found?.values ?? []).median, ...found?.bounds };
};

/** A number that a goal is about; none, where something that it needs was not measured. */
const judged = (ratio: number, held: boolean) =>
  Number.isNaN(ratio) ? undefined : { seen: `${ratio.toFixed(2)} ×`, held };

export const alert: Part = {
  title: text('An alert on its way', '告警的過程'),
  about: text(
    `The finished system (step 5), its load of 50 requests per second, its alert \`TooManyRequests\`. From the threshold to the message, and from the end of the load to the message that it is over. The shaded bounds are computed from what the running servers report; [how](decisions/alert-timing.md). Beside it, at the same time, the same stack with the intervals of a tutorial of 2019: \`evaluation_interval: 1m\`, which is Prometheus's default, and everything else alike (\`scrape_interval: 5s\`, \`for: 10s\`, \`group_wait: 5s\`). Each run begins at another moment between two evaluations, spread evenly.`,
    `完成的系統（第 5 步）、它每秒 50 個請求的負載，以及它的告警 \`TooManyRequests\`。量的是從超過門檻到訊息送達，以及從負載結束到解除的訊息。陰影是由執行中的伺服器回報的設定算出來的上下限；[怎麼算](decisions/alert-timing.md)。旁邊同時執行的是同一套系統，但用 2019 年一份教學的間隔：\`evaluation_interval: 1m\`，也就是 Prometheus 的預設值，其他都一樣（\`scrape_interval: 5s\`、\`for: 10s\`、\`group_wait: 5s\`）。每一次都從兩次評估之間不同的時刻開始，平均分布。`,
  ),
  runs: 20,
  memory: 6,
  containers: true,
  async measure(context) {
    const { runs, quick, signal } = context;
    const stacksFor = (every: number, most: number, wanted: number) =>
      Array.from({ length: Math.min(most, wanted) }, () =>
        startStack({ ...{ directory, services: SERVICES, signal }, replaced: settings(every) }),
      );
    // One of these takes three times as long.
    const rarely = quick ? 0 : Math.ceil(runs / 2);
    const [ours, others] = [stacksFor(EVERY, OURS, runs), stacksFor(RARELY, OTHERS, rarely)];
    const work = [
      sendLoads(ours, EVERY, runs, context),
      sendLoads(others, RARELY, rarely, context),
    ];
    await Promise.allSettled(work);
    const [own = [], other = []] = await Promise.all(work);
    return {
      series: [...figuresOf(own), ...figuresOf(other, [MINUTELY, '，每分鐘評估'])],
      notes: [
        text(
          `${ours.length + others.length} stacks ran side by side on this machine: ${ours.length} as they are, ${others.length} that evaluate every minute.`,
          `這台機器上同時執行 ${ours.length + others.length} 套系統：${ours.length} 套照原樣，${others.length} 套每分鐘評估一次。`,
        ),
      ],
    };
  },
  goals: [
    goal(['every run is inside its bounds', '每一次都在上下限之內'], insideBounds),
    goal(
      [
        'median of crossed → message ≤ 1.1 × the middle of its bounds',
        '超過門檻 → 訊息的中位數 ≤ 上下限中間值的 1.1 倍',
      ],
      (series) => {
        const { median, least = Number.NaN, most = Number.NaN } = medianOf(series);
        const ratio = median / ((least + most) / 2);
        return judged(ratio, ratio <= 1.1);
      },
    ),
    goal(
      [
        'to the message at least 4 × as quick as evaluated every minute, by the medians',
        '到訊息為止，中位數至少比每分鐘評估一次快 4 倍',
      ],
      (series) => {
        const ratio = medianOf(series, MINUTELY).median / medianOf(series).median;
        return judged(ratio, ratio >= 4);
      },
    ),
  ],
};
