import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { percentiles } from '../bench/figures.ts';
import { MOST_REPORTS } from '../class/board/receiver/create-receiver.ts';
import { MOST_LEARNERS } from '../class/board/receiver/learners.ts';
import { parseDuration } from '../duration.ts';
import { ROOT } from '../root.ts';
import { type AlertTiming, messageBounds } from '../stack/index.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const number = (file: string, pattern: RegExp): number => Number(read(file).match(pattern)?.[1]);

/** What decides when a rule's message comes, by the files of a stack; for a rule without a rate, its window is 0. */
function timing(folder: string, alert: string): AlertTiming {
  const yaml = (name: string) => parse(read(`${folder}/${name}.yaml`));
  const { global } = yaml('prometheus/prometheus');
  const { route } = yaml('alertmanager/alertmanager');
  const rules: { alert: string; expr: string; for?: string }[] = yaml(
    'prometheus/alert-rules',
  ).groups.flatMap(({ rules }: { rules: unknown[] }) => rules);
  const rule = rules.find((one) => one.alert === alert);
  if (!rule) throw new Error(`${folder} has no ${alert}`);
  return {
    scrapeInterval: parseDuration(global.scrape_interval),
    evaluationInterval: parseDuration(global.evaluation_interval),
    groupWait: parseDuration(route.group_wait),
    groupInterval: parseDuration(route.group_interval),
    holdFor: parseDuration(rule.for ?? '0s'),
    window: parseDuration(rule.expr.match(/\[(\w+)\]/)?.[1] ?? '0s'),
    threshold: Number(rule.expr.match(/> ([\d.]+)$/)?.[1]),
  };
}

const whole = (value: number): string => value.toLocaleString('en');
const down = timing('solutions/04-alertmanager', 'InstanceDown');
const many = timing('solutions/05-load-test', 'TooManyRequests');
const stuck = timing('shared/class/board/stack', 'LearnerStuck');
const [stopped, loaded, told] = [down, many, stuck].map(messageBounds);

/** Requests per second of the load, and when it lifts the rate above the threshold. */
const RATE = number('docs/instructor/exercises.md', /--rate (\d+)/);
const atOnce = many.window * many.threshold;
const rise = atOnce / RATE;
/** rate() takes what lies between the first and the last sample for the whole window. */
const seenAsRate = (requests: number) => requests / (many.window - many.scrapeInterval);

const { alert, targets } = JSON.parse(read('docs/figures.json'));
const measured: number[] = alert.series[0].values;
const [soonest, latest] = [Math.min(...measured), Math.max(...measured)].map(Math.round);

const slo = 'solutions/07-slo/prometheus/slo-rules.yaml';
const budget = number(slo, /ratio_rate1h > [\d.]+ \* ([\d.]+)/);
const fast = number(slo, /ratio_rate1h > ([\d.]+)/);
const burn = 0.02 / budget;
const hours = 30 * 24;

const onCall = 'solutions/08-on-call/';
const evaluated = parseDuration(
  parse(read(`${onCall}prometheus/prometheus.yaml`)).global.evaluation_interval,
);
const holds = 4 * evaluated;
const waits = number(`${onCall}docker-compose.yaml`, /DEADMAN_SECONDS: "(\d+)"/);
const DELIVERY = 2;

/** Values of `method` that the app tells apart, and `other`. */
const methods =
  (
    read('solutions/05-load-test/app/metrics.ts').match(/COMMON_METHODS = \[(.*)\]/)?.[1] ?? ''
  ).split(',').length + 1;
const series = methods * 4 * 4 * 3;

const { holdFor: gone } = timing('solutions/09-discovery', 'InstanceDown');
const looksUp = number(
  'solutions/09-discovery/prometheus/prometheus.yaml',
  /refresh_interval: (\d+)s/,
);
const sends = number('shared/class/board/send.js', /LIMIT = (\d+)_000/);
const p90 = number('solutions/06-latency/README.md', /^duration_p90 (\d\.\d\d)/m);
const letters = number('shared/class/board/receiver/learners.ts', /\{1,(\d+)\}/);

const SAID: [page: string, english: string, chinese: string][] = [
  [
    'steps',
    `${stopped?.least} to ${stopped?.most} seconds`,
    `${stopped?.least} 到 ${stopped?.most} 秒`,
  ],
  [
    'steps',
    `up to ${down.scrapeInterval + down.evaluationInterval} s until it is noticed (a scrape, an evaluation), ${down.holdFor} pending, ${down.groupWait} of group wait`,
    `最多 ${down.scrapeInterval + down.evaluationInterval} 秒被發現（一次抓取、一次規則評估）， ${down.holdFor} 秒 pending，${down.groupWait} 秒 \`group_wait\``,
  ],
  [
    'steps',
    `crossed after ${rise} seconds. The message came ${soonest} to ${latest} seconds after that, [measured](../figures.md#an-alert-on-its-way) in ${measured.length} runs`,
    `${rise} 秒超過門檻。 之後到收到訊息，[量了](../figures.md#告警的過程) ${measured.length} 次，是 ${soonest} 到 ${latest} 秒`,
  ],
  [
    'steps',
    `The rate over ${many.window} s passes ${many.threshold} when ${rise} s of ${RATE} requests per second`,
    `每秒 ${RATE} 個請求持續 ${rise} 秒，${many.window} 秒的 rate 才會超過 ${many.threshold}`,
  ],
  [
    'exercises',
    `${stopped?.least} to ${stopped?.most} seconds`,
    `${stopped?.least} 到 ${stopped?.most} 秒`,
  ],
  [
    'exercises',
    `5 seconds are ${5 * RATE} requests, at most ${seenAsRate(5 * RATE)} a second over ${many.window} seconds`,
    `5 秒是 ${5 * RATE} 個請求，${many.window} 秒平均每秒最多 ${seenAsRate(5 * RATE)} 個`,
  ],
  [
    'exercises',
    `20 seconds are ${20 * RATE}, which is ${Math.floor((20 * RATE) / many.window)}: it fires. The limit of ${many.threshold} a second over ${many.window} seconds is ${atOnce} requests, so ${rise} seconds`,
    `20 秒是 ${20 * RATE} 個，平均 ${Math.floor((20 * RATE) / many.window)}：會 firing。 ${many.window} 秒平均每秒 ${many.threshold} 個就是 ${atOnce} 個請求，也就是 ${rise} 秒`,
  ],
  [
    'exercises',
    `${methods} × 4 × 4 × 3 is ${series}, and 2000 times as many are ${whole(2_000 * series)}`,
    `${methods} × 4 × 4 × 3 是 ${series}，2000 倍就是 ${whole(2_000 * series)}`,
  ],
  [
    'exercises',
    `100 × 86,400 × 30 × ${budget} is ${whole(100 * 86_400 * 30 * budget)} requests. The burn rate is 0.02 / ${budget}, which is ${burn}`,
    `100 × 86,400 × 30 × ${budget} 是 ${whole(100 * 86_400 * 30 * budget)} 個請求。消耗速率是 0.02 / ${budget}，也就是 ${burn}`,
  ],
  [
    'exercises',
    `${burn} / ${hours}, or ${((100 * burn) / hours).toFixed(2)} %`,
    `${burn} / ${hours}，也就是 ${((100 * burn) / hours).toFixed(2)} %`,
  ],
  [
    'exercises',
    `waits for ${fast} and stays silent; the budget would last ${hours} / ${burn}, which is ${hours / burn} hours`,
    `要到 ${fast} 才會響，所以保持安靜；預算還能撐 ${hours} / ${burn}，也就是 ${hours / burn} 小時`,
  ],
  [
    'exercises',
    `At most ${holds + waits + DELIVERY} seconds, as the lesson computes: ${holds} for which the last word holds, ${waits} for which the switch waits, and ${DELIVERY}`,
    `最多 ${holds + waits + DELIVERY} 秒，就像教材算的：最後一句話有效 ${holds} 秒，switch 等 ${waits} 秒，再加 ${DELIVERY} 秒`,
  ],
  [
    'board',
    `at most ${told?.most} seconds after the ten minutes: a scrape (${stuck.scrapeInterval} s), an evaluation (${stuck.evaluationInterval} s), Alertmanager's wait (${stuck.groupWait} s) and the delivery (${DELIVERY} s)`,
    `滿十分鐘後 ${told?.most} 秒內到：一次抓取（${stuck.scrapeInterval} 秒）、一次評估（${stuck.evaluationInterval} 秒）、 Alertmanager 的等待（${stuck.groupWait} 秒）和傳送（${DELIVERY} 秒）`,
  ],
  ['board', `${MOST_REPORTS} reports a second count`, `每秒收 ${MOST_REPORTS} 份回報`],
  [
    'steps',
    `Why ${gone} seconds, and not 10?* Add up: ${looksUp} until DNS is asked`,
    `為什麼是 ${gone} 秒，不是 10 秒？* 加起來看：再問 DNS 要 ${looksUp} 秒`,
  ],
  ['steps', `Why is p90 ${p90} when`, `為什麼 p90 是 ${p90}`],
  ['board', `gives up after ${sends} seconds`, `${sends} 秒後放棄`],
  ['board', `A nickname has 1 to ${letters} letters`, `暱稱有 1 到 ${letters} 個字`],
  ['board', `| ${MOST_LEARNERS} are accepted`, `| 收 ${MOST_LEARNERS} 位`],
];

describe("The instructor's figures", () => {
  it.each(
    SAID.flatMap(
      ([page, english, chinese]) =>
        [
          [`docs/instructor/${page}.md`, english],
          [`docs/zh-TW/instructor/${page}.md`, chinese],
        ] as const,
    ),
  )('%s says what follows from the files and the runs: %s', (page, words) => {
    expect(read(page).replaceAll(/\s+/g, ' ').includes(words)).toBe(true);
  });

  it('the runs that they speak of had the bounds of these files', () => {
    expect(alert.series[0].bounds).toEqual(loaded);
  });

  it.each(['docs/instructor', 'docs/zh-TW/instructor'])(
    '%s has five exercises, each with its answer',
    (folder) => {
      const exercises = read(`${folder}/exercises.md`).split(/^## /m).slice(1);

      expect(exercises).toHaveLength(5);
      for (const one of exercises) expect(one).toMatch(/^\*\*(Answer\.|答案。)\*\* \S/m);
    },
  );

  it.each(['docs/instructor', 'docs/zh-TW/instructor'])(
    'what %s/board.md shows of a report is as long as it says',
    (folder) => {
      const [, length, body = ''] =
        read(`${folder}/board.md`).match(/Content-Length: (\d+)[^{]*(\{.*\})/) ?? [];

      expect(Number(length)).toBe(body.length);
    },
  );
});

describe('How far it goes', () => {
  const measuredOf = (count: number): string[] =>
    ['series', 'samples a second', 'memory', 'CPU, of one core'].map((figure) => {
      const name = `${count} targets: ${figure}`;
      const found = targets.series.find((one: { name: { en: string } }) => one.name.en === name);
      return whole(Math.round(percentiles(found.values)(0.5)));
    });

  it.each(['docs/concepts/how-far.md', 'docs/zh-TW/concepts/how-far.md'])(
    '%s has the medians of the last measurement',
    (page) => {
      for (const count of [100, 1_000]) {
        const [series, samples, memory, processor] = measuredOf(count);
        expect(read(page)).toContain(
          `| ${whole(count)} | ${series} | ${samples} | ${memory} MB | ${processor} % |`,
        );
      }
    },
  );
});
