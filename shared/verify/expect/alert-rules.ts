import leven from 'leven';
import { expectList, fail, ruleFiles, type StepUnderTest } from '../files/index.ts';

/** One alert rule as it is written in a rule file. */
export interface AlertRule {
  get(...place: string[]): unknown;
  /** "prometheus/alert-rules.yaml:12" of one of its keys, or of the rule. */
  where(...place: string[]): string;
}

/**
 * All rules of all loaded files; one that is no alert has an empty name.
 *
 * @throws CheckFailure when a file does not parse, or has no list of groups, each with a list of rules
 */
export function alertRules(step: StepUnderTest): (AlertRule & { name: string })[] {
  return ruleFiles(step).flatMap(({ path }) => {
    const file = step.files.yaml(path);
    const groups = file.get(['groups']);
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
    return groups.flatMap((group, index) => {
      expectList(file, ['groups', index, 'rules']);
      return [group?.rules ?? []].flat().map((rule: { alert?: unknown } | null, entry: number) => {
        const at = (place: string[]) => ['groups', index, 'rules', entry, ...place];
        return {
          name: String(rule?.alert ?? ''),
          get: (...place: string[]) => file.get(at(place)),
          where: (...place: string[]) => file.where(at(place)),
        };
      });
    });
  });
}

/** @throws CheckFailure when no loaded file holds such an alert */
export function alertRule(step: StepUnderTest, name: string): AlertRule {
  const rules = alertRules(step);
  const found = rules.find((rule) => rule.name === name);
  if (found) return found;
  const names = rules.map((rule) => rule.name).filter(Boolean);
  const misspelled = rules.find((rule) => leven(rule.name, name) <= 3);
  const todo = new RegExp(`TODO: .*\\b${name}\\b`);
  const todos = ruleFiles(step).map(({ path }) => step.files.find(path, todo));
  return fail({
    expected: `a rule with alert: ${name}`,
    actual: names.length ? `alerts: ${names.join(', ')}` : 'no alert rules',
    where: misspelled?.where('alert') ?? todos.find((it) => it.includes(':')) ?? `${todos[0]}`,
    hint: 'A rule is one entry in the list rules: of a group. Its name must match exactly, including upper and lower case.',
  });
}
