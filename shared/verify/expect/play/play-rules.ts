import { stringify } from 'yaml';
import { ruleFiles, type StepUnderTest } from '../../files/index.ts';
import { type AlertRule, alertRules, withoutTexts } from '../alert-rules.ts';
import { type Played, type Questions, readReport, unitTest } from '../promtool.ts';
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
    // The others would be evaluated for nothing.
    const files = all.filter((it) => name === shortest || parts.some((rule) => isIn(rule, it)));
    const rules = alertRules(step).filter((rule) => files.some((it) => isIn(rule, it)));
    // promtool has no order of its own. What is recorded must be there before an alert asks for it.
    const order = groupsOf(rules);
    const texts = files.map(({ path }) => step.files.text(path));
    const test = stringify({
      rule_files: files.map(({ containerPath }) => containerPath),
      group_eval_order: order,
      evaluation_interval: `${intervalFor(inOrder(parts, order), play)}m`,
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

/** An expression may ask for a name by a pattern, for the state of any alert, or for labels alone. */
const ANY_NAME = /__name__|\bALERTS|(^|[\s(,*/%^<>=+-])\{/;

const momentsOf = ({ alerts = [], values = [] }: Play): number[] =>
  [...alerts, ...values].map(([, minute]) => minute);

/** In minutes. */
const lengthOf = (play: Play): number => Math.max(...momentsOf(play));

/**
 * Minutes from one evaluation to the next. Nearly all of the computing is evaluating, so where nothing depends on the
 * evaluation before, it is done only as often as somebody looks.
 *
 * @param rules that have a part in what is asked, as they are evaluated
 */
function intervalFor(rules: AlertRule[], play: Play): number {
  const recorded = rules.map(({ get }) => get('record'));
  const waits = rules.some(
    ({ get, group }) => get('for') ?? get('keep_firing_for') ?? group.get('query_offset'),
  );
  const asked = (play.values ?? []).map(([expression]) => expression);
  const looksBack = [...rules.map(exprOf), ...asked].some((expr, index) => {
    const text = withoutTexts(expr);
    const asks = (name: unknown) => name !== undefined && text.includes(String(name));
    return (
      ANY_NAME.test(expr) ||
      // How far such a subquery's steps are apart, promtool takes from here.
      /:\s*\]/.test(text) ||
      recorded.slice(index).some(asks) ||
      (/[[@]|\boffset\b/.test(text) && recorded.some(asks))
    );
  });
  return waits || looksBack ? (play.every ?? 1) : momentsOf(play).reduce(commonDivisor);
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** The rules that have a part in what is asked: a question names them, or such a rule does. */
function partsIn(rules: AlertRule[], { alerts = [], values = [] }: Play): AlertRule[] {
  const asked = [...alerts, ...values].map(([name]) => name);
  let parts: AlertRule[] = [];
  for (;;) {
    const text = [...asked, ...parts.map(({ get }) => JSON.stringify(get()))].join('\n');
    const isAny = [...asked, ...parts.map(exprOf)].some((expr) => ANY_NAME.test(expr));
    const found = rules.filter(
      ({ name, get }) => isAny || text.includes(name || String(get('record'))),
    );
    if (found.length === parts.length) return parts;
    parts = found;
  }
}

const exprOf = ({ get }: AlertRule): string => String(get('expr'));

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
