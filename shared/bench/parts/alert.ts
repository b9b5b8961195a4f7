import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type DemoReport, fireAndResolve } from '../../demo/index.ts';
import { ROOT } from '../../root.ts';
import { messageBounds, type ReplacedFile, resolvedBounds, startStack } from '../../stack/index.ts';
import { FINISHED } from '../../verify/index.ts';
import {
  type Context,
  figure,
  goal,
  type Part,
  pool,
  type Series,
  statistics,
  text,
} from '../figures.ts';

/** How many stacks there are side by side, most of the time waiting, and how many of them start at once. */
const [OURS, OTHERS, STARTING] = [5, 10, 3];

const directory = join(ROOT, 'solutions', FINISHED);
const SETTINGS = 'prometheus/prometheus.yaml';

/** The same Prometheus with the tutorial's interval between evaluations. Seconds. */
const [EVERY, RARELY] = [5, 60];

/** Sends the load again and again, on some stacks. @param every seconds between evaluations */
function lanes(every: number, stacks: number, runs: number, context: Context) {
  const { say, signal } = context;
  const content = readFileSync(join(directory, SETTINGS), 'utf8').replace(
    `evaluation_interval: ${EVERY}s`,
    `evaluation_interval: ${every}s`,
  );
  const mode = statSync(join(directory, SETTINGS)).mode & 0o777;
  const replaced: ReplacedFile[] =
    every === EVERY
      ? []
      : [{ service: 'prometheus', target: '/etc/prometheus/prometheus.yaml', content, mode }];
  const services = ['app', 'prometheus', 'alertmanager', 'inbox'];
  let begun = 0;
  /** Each run begins at another moment between two evaluations, which all come at the same of the clock. */
  const beforeLoad = async () => {
    const moment = ((begun++ + 0.5) / runs) * every;
    const now = (Date.now() / 1_000) % every;
    await pause(1_000 * ((moment - now + every) % every), undefined, { signal });
  };
  const start = () => startStack({ directory, services, replaced, signal });
  const work = async (stack: Awaited<ReturnType<typeof start>>) => {
    await using own = stack;
    const reports: DemoReport[] = [];
    while (begun < runs) {
      const options = { print: () => {}, once: true, fail: false, signal, beforeLoad };
      const report = await fireAndResolve(own, options);
      say(
        `alert, evaluated every ${every} s: ${report.thresholdToMessage.measured.toFixed(1)} s to the message, ${report.loadEndToResolved.measured.toFixed(1)} s to resolved`,
      );
      reports.push(report);
    }
    return reports;
  };
  return Array.from({ length: Math.min(stacks, runs) }, () => ({ start, work }));
}

function figuresOf(which: string, reports: DemoReport[], names: [string, string]): Series[] {
  const [first] = reports;
  if (!first) return [];
  const [english, chinese] = names;
  const of = (part: 'thresholdToMessage' | 'loadEndToResolved') =>
    reports.map((report) => report[part].measured);
  const [message, resolved] = [of('thresholdToMessage'), of('loadEndToResolved')];
  const bounds = [messageBounds(first.timing), resolvedBounds(first.timing)];
  return [
    figure(
      `message${which}`,
      's',
      [`crossed → message${english}`, `超過門檻 → 訊息${chinese}`],
      message,
      bounds[0],
    ),
    figure(
      `resolved${which}`,
      's',
      [`load ended → resolved${english}`, `負載結束 → 解除${chinese}`],
      resolved,
      bounds[1],
    ),
  ];
}

const medianOf = (series: Series[], id: string) => {
  const found = series.find((one) => one.id === id);
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
    const { runs, quick } = context;
    const ours = lanes(EVERY, OURS, runs, context);
    // One of them takes three times as long.
    const others = quick ? [] : lanes(RARELY, OTHERS, Math.ceil(runs / 2), context);
    const all = [...ours, ...others];
    const running: Promise<DemoReport[]>[] = [];
    // Each begins its work when all are up, so that none is disturbed by another one's start.
    const stacks = await pool(
      STARTING,
      all.map((lane) => () => lane.start()),
    );
    for (const [index, lane] of all.entries()) {
      const stack = stacks[index];
      if (stack) running.push(lane.work(stack));
    }
    const settled = await Promise.allSettled(running);
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    const reports = settled.map((one) => (one.status === 'fulfilled' ? one.value : []));
    return {
      series: [
        ...figuresOf('', reports.slice(0, ours.length).flat(), ['', '']),
        ...figuresOf(', rarely', reports.slice(ours.length).flat(), [
          ', evaluated every minute',
          '，每分鐘評估一次',
        ]),
      ],
      notes: [
        text(
          `${all.length} stacks ran side by side on this machine: ${ours.length} as they are, ${others.length} that evaluate every minute.`,
          `這台機器上同時執行 ${all.length} 套系統：${ours.length} 套照原樣，${others.length} 套每分鐘評估一次。`,
        ),
      ],
    };
  },
  goals: [
    goal('every run is inside its bounds', '每一次都在上下限之內', (series) => {
      const runs = series.flatMap(({ values, bounds }) =>
        bounds ? values.map((it) => bounds.least <= it && it < bounds.most) : [],
      );
      const inside = runs.filter(Boolean).length;
      return runs.length === 0
        ? undefined
        : { seen: `${inside} / ${runs.length}`, held: inside === runs.length };
    }),
    goal(
      'median of crossed → message ≤ 1.1 × the middle of its bounds',
      '超過門檻 → 訊息的中位數 ≤ 上下限中間值的 1.1 倍',
      (series) => {
        const { median, least = Number.NaN, most = Number.NaN } = medianOf(series, 'message');
        const ratio = median / ((least + most) / 2);
        return judged(ratio, ratio <= 1.1);
      },
    ),
    goal(
      'to the message at least 4 × as quick as evaluated every minute, by the medians',
      '到訊息為止，中位數至少比每分鐘評估一次快 4 倍',
      (series) => {
        const ratio =
          medianOf(series, 'message, rarely').median / medianOf(series, 'message').median;
        return judged(ratio, ratio >= 4);
      },
    ),
  ],
};
