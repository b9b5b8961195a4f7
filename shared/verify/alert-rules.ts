import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fail } from './check.ts';
import { type Settings, seenAt, settingsOf } from './mounted-settings.ts';
import type { StepUnderTest } from './step-under-test.ts';

/** One alert rule as it is written in a rule file. */
export interface AlertRule {
  get(...place: string[]): unknown;
  /** "prometheus/alert-rules.yaml:12" of one of its keys, or of the rule. */
  where(...place: string[]): string;
}

/** A rule file, as the learner and as Prometheus see it. */
export interface RuleFile {
  path: string;
  containerPath: string;
}

export const prometheusSettings = (step: StepUnderTest): Settings =>
  settingsOf(step, 'prometheus', '/etc/prometheus/prometheus.yml');

/**
 * The rule files that Prometheus loads.
 *
 * @throws CheckFailure when none is named, or one is not there in the container
 */
export function ruleFiles(step: StepUnderTest): RuleFile[] {
  const { file, containerPath } = prometheusSettings(step);
  const names = file.get(['rule_files']);
  if (!Array.isArray(names) || names.length === 0) {
    fail({
      expected: 'rule_files: with the name of the file that holds the alert rules',
      actual: names === undefined ? 'no rule_files' : `rule_files: ${JSON.stringify(names)}`,
      where: file.where(['rule_files']),
      hint: 'Prometheus reads only the rule files that its settings list, each as one entry: "- name".',
    });
  }
  const prometheus = step.compose().service('prometheus');
  return names.flatMap((name, index) => {
    const inContainer = posix.resolve(posix.dirname(containerPath), String(name));
    const pattern = seenAt(prometheus, inContainer);
    const found = pattern ? matching(step, pattern) : [];
    if (found.length > 0) {
      const folder = posix.dirname(inContainer);
      return found.map((path) => ({
        path,
        containerPath: posix.join(folder, posix.basename(path)),
      }));
    }
    return fail({
      expected: `a rule file at ${inContainer} in the container of prometheus`,
      actual: pattern ? `no file ${pattern}` : 'nothing mounted there',
      where: pattern ? file.where(['rule_files', index]) : prometheus.where('volumes'),
      hint: 'A relative name starts at the folder of the settings file, inside the container. Prometheus is silent about a name that does not exist.',
    });
  });
}

/** Files that fit a pattern; `*` stands for any part of a file's name. */
function matching(step: StepUnderTest, pattern: string): string[] {
  const folder = posix.dirname(pattern);
  const full = join(step.files.directory, folder);
  if (!existsSync(full)) return [];
  const literal = posix.basename(pattern).replace(/[.+^${}()|\\]/g, '\\$&');
  const expression = new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`);
  return readdirSync(full)
    .filter((name) => expression.test(name))
    .map((name) => posix.join(folder, name));
}

/** @throws CheckFailure when a rule file does not parse, or holds no such alert */
export function alertRule(step: StepUnderTest, name: string): AlertRule {
  const seen: string[] = [];
  let last = '';
  for (const { path } of ruleFiles(step)) {
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
    last = file.where(['groups']);
    if (file.get(['rules']) !== undefined) {
      fail({
        expected: 'rules: inside a group, indented as deep as the name of the group',
        actual: 'rules: beside groups:',
        where: file.where(['rules']),
        hint: 'Indentation decides what belongs to what. Here the group has no rules, and the rules have no group.',
      });
    }
    for (const [group, { rules }] of groups.map((it) => it ?? {}).entries()) {
      for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
        if (rule?.alert) seen.push(String(rule.alert));
        if (rule?.alert !== name) continue;
        const at = (place: string[]) => ['groups', group, 'rules', index, ...place];
        return {
          get: (...place) => file.get(at(place)),
          where: (...place) => file.where(at(place)),
        };
      }
    }
  }
  return fail({
    expected: `a rule with alert: ${name}`,
    actual: seen.length ? `alerts: ${seen.join(', ')}` : 'no alert rules',
    where: last,
    hint: 'A rule is one entry in the list rules: of a group. Its name is exact, also in upper and lower case.',
  });
}
