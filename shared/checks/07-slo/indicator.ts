import type { Series } from '../../verify/expect/index.ts';
import { expectRulesLoad } from '../../verify/expect/play/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { MIXTURE, near, playedRecords, playValues } from './played.ts';
import { indicator, percent, WINDOWS } from './rules.ts';
import { KINDS, type Kind } from './traffic.ts';

/** What the recording rules make of traffic that is made up. */
export const recorded: Check[] = defineTopic({ kind: 'tool', task: 2 }, [
  {
    id: 'rules.load',
    title: 'promtool can read every rule',
    needs: ['indicator.windows'],
    run: (step) => expectRulesLoad(step, playedRecords(step), 'prometheus/slo-rules.yaml'),
  },
  {
    id: 'indicator.share',
    title: 'Bad is what failed or took longer than 0.3 s, and nothing else',
    needs: ['rules.load'],
    run: expectShare,
  },
  {
    id: 'indicator.one',
    title: 'All instances together have one share, with the label job',
    needs: ['indicator.share'],
    async run(step) {
      const rule = indicator(step, '1h');
      const [series = []] = await playValues(step, 'instances');
      const [{ labels, value }] = series as [Series];
      expectThat(series.length === 1 && labels.job === 'web', {
        expected: 'one series with the label job="web", from two instances',
        actual: namesOf(series),
        where: rule.where('expr'),
        hint: 'sum by (job) leaves one series for each job. sum alone drops the label that the alerts and their texts need; sum by (instance) gives each instance an objective of its own.',
      });
      expectThat(near(value, 0.05), {
        expected:
          '5 %: 50 of 1,000 requests a minute are bad, though one of the two instances has only 100',
        actual: percent(value),
        where: rule.where('expr'),
        hint: 'First the rate of each counter, then the sum over all instances, then one division. An average of shares counts an instance with few requests as much as one with many, and a rate of a sum takes a restart for traffic.',
      });
    },
  },
  {
    id: 'indicator.history',
    title: 'Each window weighs all its requests alike',
    needs: ['indicator.one'],
    async run(step) {
      const values = await playValues(step, 'windows');
      // The last five minutes: 1,000 requests a minute, all of them bad; before that 100, all of them good.
      const wanted = [1, 5_000 / 7_500, 5_000 / 10_500, 5_000 / 40_500];
      for (const [index, window] of WINDOWS.entries()) {
        const value = values[index]?.[0]?.value ?? Number.NaN;
        const rule = indicator(step, window);
        expectThat(near(value, wanted[index] ?? 0), {
          expected: `${percent(wanted[index] ?? 0)} bad in ${window}, after five minutes with many requests that all failed`,
          actual: percent(value),
          where: rule.where('expr'),
          hint: 'An average over time counts a quiet minute as much as a busy one. Take the rates over the whole window, and divide once.',
        });
      }
    },
  },
]);

/** The mixture gives each kind of request a weight that only it can have, so that the share says which are counted. */
async function expectShare(step: StepUnderTest): Promise<void> {
  const values = await playValues(step, 'mixture');
  for (const [index, window] of WINDOWS.entries()) {
    const rule = indicator(step, window);
    const series = values[index] ?? [];
    expectThat(series.length > 0, {
      expected: `a number in ${rule.record} while there is traffic`,
      actual: 'no series',
      where: rule.where('expr'),
      hint: 'A selector that fits no series returns nothing, not an error, and nothing compared with a threshold is nothing: the alert would be silent for ever. Ask for each side alone, with its labels in braces.',
    });
    expectThat(series.length === 1, {
      expected: `one series in ${rule.record}, with the label job`,
      actual: namesOf(series),
      where: rule.where('expr'),
      hint: 'There is one instance of one job, so something adds a series. vector(0) has no label, so `or` puts it beside the one with job="web". While there is no traffic the share may be NaN, which is above nothing.',
    });
    const [{ value }] = series as [Series];
    const counted = kindsIn(value);
    const wanted: Kind[] = ['slow', 'failed', 'failedLate'];
    const missing = wanted.filter((kind) => !counted?.includes(kind));
    const extra = counted?.filter((kind) => !wanted.includes(kind)) ?? [];
    const said = [
      ...(missing.length ? [`without ${list(missing)}`] : []),
      ...(extra.length ? [`with ${list(extra)}`] : []),
    ].join(', and ');
    expectThat(near(value, MIXTURE_BAD, 0.005), {
      expected: `${percent(MIXTURE_BAD)} in ${rule.record}: ${list(wanted)}`,
      actual: Number.isNaN(value)
        ? 'not a number: 0 / 0'
        : near(value, 1 - MIXTURE_BAD)
          ? `${percent(value)}: the share of the good ones`
          : `${percent(value)}${counted && said ? `: ${said}` : ''}`,
      where: rule.where('expr'),
      hint: 'Good is what neither failed nor took longer than 0.3 s: the bucket le="0.3", exactly as Prometheus writes it, of all status codes but 5xx. 404 is the mistake of whoever asks. The rest of all requests is bad.',
    });
  }
}

const namesOf = (series: Series[]): string =>
  series.map(({ labels: { __name__, ...rest } }) => JSON.stringify(rest)).join(' and ');

const MIXTURE_BAD = (MIXTURE.slow + MIXTURE.failed + MIXTURE.failedLate) / 1_000;

const list = (kinds: Kind[]): string => kinds.map((kind) => KINDS[kind].what).join(', ');

/** The kinds whose weights add up to a share; undefined where none do. The good ones are not tried. */
function kindsIn(share: number): Kind[] | undefined {
  let rest = Math.round(1_000 * share);
  if (Math.abs(rest - 1_000 * share) > 0.2) return undefined;
  const kinds: Kind[] = [];
  const weighed = (Object.entries(MIXTURE) as [Kind, number][]).filter(([kind]) => kind !== 'fast');
  for (const [kind, weight] of weighed.sort(([, a], [, b]) => b - a)) {
    if (rest < weight) continue;
    rest -= weight;
    kinds.push(kind);
  }
  return rest === 0 ? kinds : undefined;
}
