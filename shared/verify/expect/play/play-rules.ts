import { stringify } from 'yaml';
import { ruleFiles, type StepUnderTest } from '../../files/index.ts';
import { alertRules } from '../alert-rules.ts';
import type { Series } from '../promtool.ts';
import { type FiringAlert, firedIn, seriesIn } from '../promtool.ts';
import { imageOf, toolShell } from './tool.ts';

/** Hours that are made up, one sample a minute, and what to look at, in the order of the minutes. */
export interface Play {
  /** Series → its values, in promtool's short form: "0+250x12" counts up by 250, twelve times. */
  series: Record<string, string>;
  alerts?: [alertname: string, minute: number][];
  values?: [expression: string, minute: number][];
  /** The rules are evaluated every so many minutes. Default: 1. */
  every?: number;
}

/** What was seen, in the order of the questions. */
export interface Played {
  alerts: FiringAlert[][];
  /** The series that an expression returns, or why Prometheus cannot evaluate it. */
  values: (Series[] | string)[];
}

/** A label that nobody has: promtool then reports what it has got instead. */
const ASKED = 'asked="what is there?"';

/**
 * Plays hours with the step's rules, all of them by one promtool: seconds of computing, and no waiting for real time. In
 * the proof, where many answers have the same rules, each hour is played once.
 *
 * @throws MachineFault when the engine, or the image, is in the way
 * @throws Error with promtool's own message when the rules do not load
 */
export async function playRules<Name extends string>(
  step: StepUnderTest,
  plays: Record<Name, Play>,
): Promise<Record<Name, Played>> {
  const names = Object.keys(plays) as Name[];
  const files = ruleFiles(step);
  const rules = {
    rule_files: files.map(({ containerPath }) => containerPath),
    // promtool has no order of its own. What is recorded must be there before an alert asks for it.
    group_eval_order: groupsOf(step),
  };
  const texts = files.map(({ path }) => step.files.text(path));
  const fresh: [path: string, test: string][] = [];
  // Begins when `fresh` is complete, below.
  const played = Promise.resolve().then(() => playAll(step, fresh));
  const reports = names.map((name) => {
    const test = testFile(rules, plays[name]);
    return step.shared(JSON.stringify(['play', imageOf(step), texts, test]), async () => {
      const index = fresh.push([`/tmp/${name}.yaml`, test]) - 1;
      return (await played)[index] ?? '';
    });
  });
  const entries = names.map(async (name, index) => [
    name,
    readReport((await reports[index]) ?? '', plays[name]),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** What promtool reports about each file; where it does not get that far, everything that it says. */
async function playAll(step: StepUnderTest, tests: [path: string, test: string][]) {
  if (tests.length === 0) return [];
  const files = Object.fromEntries(tests);
  const run = `promtool test rules ${Object.keys(files).join(' ')}`;
  const report = await toolShell(step, 'prometheus', run, files);
  const parts = report.split(/^(?= {2}(?:FAILED|SUCCESS)\b)/m);
  const own = parts.filter((part) => /^ {2}(FAILED|SUCCESS)/.test(part));
  return own.length === tests.length ? own : tests.map(() => report);
}

/** The names of all groups, those that record something first. */
function groupsOf(step: StepUnderTest): string[] {
  const records = (isFirst: boolean) =>
    alertRules(step)
      .filter((rule) => (rule.get('record') !== undefined) === isFirst)
      .map(({ group }) => String(group.get('name')));
  return [...new Set([...records(true), ...records(false)])];
}

function testFile(rules: object, { series, alerts = [], values = [], every = 1 }: Play): string {
  return stringify({
    ...rules,
    evaluation_interval: `${every}m`,
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: alerts.map(([alertname, minute]) => ({
          ...{ eval_time: `${minute}m`, alertname, exp_alerts: [{ exp_labels: { asked: '?' } }] },
        })),
        promql_expr_test: values.map(([expr, minute]) => ({
          ...{ expr, eval_time: `${minute}m`, exp_samples: [{ labels: `{${ASKED}}`, value: 0 }] },
        })),
      },
    ],
  });
}

function readReport(report: string, { alerts = [], values = [] }: Play): Played {
  const fired = firedIn(report);
  const asked = [
    ...report.matchAll(/^ +expr: .*?, time: .*?,\s+(?:err: (.*)|exp: .*\n +got: (.*))$/gm),
  ];
  if (fired.length !== alerts.length || asked.length !== values.length)
    throw new Error(`promtool test rules:\n${report.trim().slice(0, 1_500)}`);
  return { alerts: fired, values: asked.map(([, error, got]) => error ?? seriesIn(got)) };
}
