import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fail } from './finding.ts';
import { hostPath } from './mounts.ts';
import { readSettings } from './settings.ts';
import type { StepUnderTest } from './step-under-test.ts';

/** A rule file, as the learner and as Prometheus see it. */
export interface RuleFile {
  path: string;
  containerPath: string;
  /** Where the pattern stands that it fits, if its name is not listed itself. */
  pattern?: string;
}

/**
 * The rule files that Prometheus loads.
 *
 * @throws CheckFailure when none is named, or one is not there in the container
 */
export function ruleFiles(step: StepUnderTest): RuleFile[] {
  const { file, containerPath } = readSettings(step, 'prometheus');
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
    const pattern = hostPath(prometheus, inContainer);
    const found = pattern ? matching(step, pattern) : [];
    if (found.length === 0) {
      fail({
        expected: `a rule file at ${inContainer} in the container of prometheus`,
        actual: pattern ? `no file ${pattern}` : 'nothing mounted there',
        where: pattern ? file.where(['rule_files', index]) : prometheus.where('volumes'),
        hint: 'A relative name starts at the folder of the settings file, inside the container. Prometheus is silent about a name that does not exist.',
      });
    }
    return found.map((path) => ({
      path,
      containerPath: posix.join(posix.dirname(inContainer), posix.basename(path)),
      ...(/[*?[]/.test(String(name)) && { pattern: file.where(['rule_files', index]) }),
    }));
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
