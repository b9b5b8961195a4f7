import { stringify } from 'yaml';
import { ruleFiles, type StepUnderTest } from '../../files/index.ts';
import { type AlertRule, alertRules } from '../alert-rules.ts';
import { type Played, type Questions, readReport, unitTest } from '../promtool.ts';
import { ANY_NAME, evaluationInterval } from './evaluation-interval.ts';
import { imageOf, toolShell } from './tool.ts';

type RuleFiles = ReturnType<typeof ruleFiles>;

/** Hours that are made up, one sample a minute, and what to look at, in the order of the minutes. */
export interface Play extends Questions {
  /**
   * Where something depends on the evaluation before, the rules are evaluated every so many minutes. Default: 1. At most 4,
   * because a rule that stands before what it asks for sees the sample of the evaluation before, and Prometheus looks
   * back for five minutes.
   */
  every?: 1 | 2 | 3 | 4;
}

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
  const all = ruleFiles(step);
  const lengths = Object.values<Play>(plays).map(lengthOf);
  // One promtool reads every file, so that it can say what it cannot read: for the shortest play.
  const shortest = names[lengths.indexOf(Math.min(...lengths))];
  const fresh: [path: string, test: string][] = [];
  // Begins when `fresh` is complete, below.
  const played = Promise.resolve().then(() => playAll(step, fresh));
  const reports = names.map((name) => {
    const play: Play = plays[name];
    const parts = partsIn(alertRules(step), play);
    // A file without such a rule would be evaluated for nothing.
    const files = all.filter((it) => name === shortest || parts.some((rule) => isIn(rule, it)));
    const rules = alertRules(step).filter((rule) => files.some((it) => isIn(rule, it)));
    // promtool has no order of its own. What is recorded must be there before an alert asks for it.
    const order = groupsOf(rules);
    const texts = files.map(({ path }) => step.files.text(path));
    const interval = evaluationInterval(inOrder(parts, order), {
      questions: (play.values ?? []).map(([expression]) => expression),
      ...{ moments: momentsOf(play), every: play.every ?? 1 },
    });
    const test = stringify({
      rule_files: files.map(({ containerPath }) => containerPath),
      group_eval_order: order,
      evaluation_interval: `${interval}m`,
      tests: [unitTest(play, '1m', 'm')],
    });
    return step.shared(
      JSON.stringify(['play', imageOf(step, 'prometheus'), texts, test]),
      async () => {
        const index = fresh.push([`/tmp/${name}.yaml`, test]) - 1;
        return (await played)[index] ?? '';
      },
    );
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

const momentsOf = ({ alerts = [], values = [] }: Play): number[] =>
  [...alerts, ...values].map(([, minute]) => minute);

/** In minutes. */
const lengthOf = (play: Play): number => Math.max(...momentsOf(play));

/** The rules that have a part in what is asked: a question names them, or such a rule does. */
function partsIn(rules: AlertRule[], { alerts = [], values = [] }: Play): AlertRule[] {
  const asked = [...alerts, ...values].map(([name]) => name);
  let parts: AlertRule[] = [];
  for (;;) {
    const text = [...asked, ...parts.map(({ get }) => JSON.stringify(get()))].join('\n');
    const isAny = [...asked, ...parts.map(({ get }) => `${get('expr')}`)].some((it) =>
      ANY_NAME.test(it),
    );
    const found = rules.filter(
      ({ name, get }) => isAny || text.includes(name || String(get('record'))),
    );
    if (found.length === parts.length) return parts;
    parts = found;
  }
}

const isIn = ({ where }: AlertRule, { path }: RuleFiles[number]): boolean =>
  where().startsWith(`${path}:`);

const inOrder = (rules: AlertRule[], groups: string[]): AlertRule[] =>
  rules.toSorted(
    (a, b) => groups.indexOf(`${a.group.get('name')}`) - groups.indexOf(`${b.group.get('name')}`),
  );

/** The names of the groups, those that record something first. */
function groupsOf(rules: AlertRule[]): string[] {
  const names = (isFirst: boolean) =>
    rules
      .filter((rule) => (rule.get('record') !== undefined) === isFirst)
      .map(({ group }) => String(group.get('name')));
  return [...new Set([...names(true), ...names(false)])];
}
