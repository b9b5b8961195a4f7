import leven from 'leven';
import { stringify } from 'yaml';
import { parseRange } from '../../duration.ts';
import {
  expectList,
  fail,
  orNone,
  ruleFiles,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../files/index.ts';

/** Something in a rule file, with its lines. */
interface Written {
  get(...place: string[]): unknown;
  /** "prometheus/alert-rules.yaml:12" of one of its keys, or of the whole. */
  where(...place: string[]): string;
}

/** One alert rule as it is written in a rule file. Its labels are also those of its group, which Prometheus 3 adds. */
export interface AlertRule extends Written {
  name: string;
  group: Written;
}

/**
 * All rules of all loaded files; one that is no alert has an empty name.
 *
 * @throws CheckFailure when a file does not parse, or has no list of groups, each with a list of rules
 */
export const alertRules = (step: StepUnderTest): AlertRule[] =>
  step.once('alert rules', () => readRules(step));

function readRules(step: StepUnderTest): AlertRule[] {
  return ruleFiles(step).flatMap(({ path, pattern }) => {
    const file = step.files.yaml(path);
    const groups = file.get(['groups']);
    if (pattern && groups === undefined) {
      fail({
        expected: 'a name that only rule files fit',
        actual: `${path} fits it too, and has no groups`,
        where: pattern,
        hint: 'Prometheus loads every file that the pattern fits, and refuses to start when one of them is something else than rules.',
      });
    }
    if (!Array.isArray(groups)) {
      fail({
        expected: 'groups: with a list of groups, each with name: and rules:',
        actual: groups === undefined ? 'no groups' : `groups: ${JSON.stringify(groups)}`,
        where: file.where(['groups']),
        hint: 'A rule file is a list of groups, a group has a list of rules. Every list entry begins with a dash.',
      });
    }
    if (file.get(['rules']) !== undefined) {
      fail({
        expected: 'rules: inside a group, indented as deep as the name of the group',
        actual: 'rules: beside groups:',
        where: file.where(['rules']),
        hint: 'Indentation decides what belongs to what. Here the group has no rules, and the rules have no group.',
      });
    }
    const names = groups.map((group) => String(group?.name));
    return groups.flatMap((group, index) => {
      if (names.indexOf(`${group?.name}`) < index) {
        fail({
          expected: 'groups with different names in one file',
          actual: `two groups of the name ${group?.name}`,
          where: file.where(['groups', index, 'name']),
          hint: 'Prometheus keeps the state of a group under its name, and loads no file that has a name twice.',
        });
      }
      const ofGroup = (place: YamlPath) => ['groups', index, ...place];
      expectList(file, ofGroup(['rules']));
      return [group?.rules ?? []].flat().map((rule: { alert?: unknown } | null, entry: number) => {
        const own = (place: YamlPath) => ofGroup(['rules', entry, ...place]);
        const isOfGroup = (place: YamlPath) =>
          place[0] === 'labels' &&
          file.get(own(place)) === undefined &&
          file.get(ofGroup(place)) !== undefined;
        return {
          name: String(rule?.alert ?? ''),
          ...written(file, (place) => (isOfGroup(place) ? ofGroup : own)(place)),
          group: written(file, ofGroup),
        };
      });
    });
  });
}

/** @param at where in the file a place of it is */
const written = (file: YamlFile, at: (place: YamlPath) => YamlPath): Written => ({
  get: (...place) => file.get(at(place)),
  where: (...place) => file.where(at(place)),
});

/** The labels that a rule gives to its alerts, with those of its group. */
export const ruleLabels = ({ get, group, name }: AlertRule): Record<string, string> => ({
  ...(group.get('labels') as Record<string, string> | undefined),
  ...(get('labels') as Record<string, string> | undefined),
  alertname: name,
});

/** @throws CheckFailure when no loaded file holds such an alert */
export function alertRule(step: StepUnderTest, name: string): AlertRule {
  const rules = alertRules(step);
  const found = rules.find((rule) => rule.name === name);
  if (found) return found;
  const names = rules.map((rule) => rule.name).filter(Boolean);
  const recorded = rules.find((rule) => rule.get('record') === name);
  const misspelled = rules.find((rule) => leven(rule.name, name) <= 3);
  const todo = new RegExp(`TODO: .*\\b${name}\\b`);
  const todos = ruleFiles(step).map(({ path }) => step.files.find(path, todo));
  return fail({
    expected: `a rule with alert: ${name}`,
    actual: names.length ? `alerts: ${names.join(', ')}` : 'no alert rules',
    where:
      recorded?.where('record') ??
      misspelled?.where('alert') ??
      todos.find((it) => it.includes(':')) ??
      `${todos[0]}`,
    hint: 'A rule is one entry in the list rules: of a group. Its name must match exactly, including upper and lower case.',
  });
}

/** The rule files, by their paths in the container, with another expression for an alert. */
export function rulesWith(
  step: StepUnderTest,
  alert: string,
  expr: string,
): Record<string, string> {
  const files = ruleFiles(step).map(({ path, containerPath }) => {
    const { groups } = step.files.yaml(path).value as {
      groups: { rules?: { alert?: string }[] }[];
    };
    const changed = groups.map((group) => ({
      ...group,
      rules: (group.rules ?? []).map((rule) => (rule.alert === alert ? { ...rule, expr } : rule)),
    }));
    return [containerPath, stringify({ groups: changed })];
  });
  return Object.fromEntries(files);
}

/** An expression without its texts and comments: what stands in quotes, or behind a #, may look like anything. */
export const withoutTexts = (expression: string): string =>
  expression.replaceAll(/(["'`])(?:\\.|(?!\1).)*\1|#.*/g, '$1$1');

/** How far an expression looks back, for each of its brackets, in seconds. */
export const windowsIn = (expression: string): number[] =>
  [...withoutTexts(expression).matchAll(/\[\s*([\d.][^\]:\s]*)/g)].map(([, range = '']) =>
    parseRange(range),
  );

/** Whether it takes counters as they are, and so speaks of all the time since their process started. */
export function isSinceStart(expression: string): boolean {
  const text = withoutTexts(expression);
  return /\w_(total|bucket)\b(?!:)/.test(text) && !/\[|\boffset\b/.test(text);
}

const CLAMPED = /\bclamp_min\s*\(.*?,\s*([\d.]+(?:e[-+]?\d+)?)\s*\)/gis;
const COMPARED = />=?(?:\s*bool\b)?\s*([\d.]+(?:e[-+]?\d+)?)/gi;

/** The largest number that a rate is raised to, or must be above; 0 where there is none. Counts are no rates. */
export function leastRate(expression: string): number {
  const text = withoutTexts(expression);
  if (/\bincrease\b/.test(text)) return 0;
  const bars = [CLAMPED, COMPARED].flatMap((pattern) => [...text.matchAll(pattern)]);
  return Math.max(0, ...bars.map(([, bar]) => Number(bar)));
}

/** Errors that the app does not answer with, and what stands before it may. */
const OTHER_ERRORS = ['502', '503', '504'];

/** The first of these that the status codes chosen by an expression treat otherwise than 500; undefined where none is. */
export function unlike500(expression: string): string | undefined {
  const matchers = [...expression.matchAll(/\bstatus_code\s*(=~|!~|!=|=)\s*(["'`])(.*?)\2/g)];
  const keeping = (status: string) =>
    matchers.filter(([, operator = '', , value = '']) => {
      const isFound = operator.endsWith('~') ? isLike(status, value) : value === status;
      return isFound !== operator.startsWith('!');
    });
  return OTHER_ERRORS.find((status) => keeping(status).length !== keeping('500').length);
}

/**
 * As Prometheus and Alertmanager compare: Go takes flags at the beginning of an expression, and they always look at the
 * whole text. What only Go's expressions have matches nothing here.
 */
export function isLike(text: string, expression: string): boolean {
  const [, flags = '', rest = ''] = expression.match(/^(?:\(\?(\w+)\))?(.*)$/s) ?? [];
  return orNone(() => new RegExp(`^(?:${rest})$`, flags.replace(/[^is]/g, '')).test(text)) ?? false;
}
