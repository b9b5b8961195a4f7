import { fail } from './finding.ts';
import { type ListedFile, listedFiles } from './listed-files.ts';
import { readSettings } from './settings.ts';
import type { StepUnderTest } from './step-under-test.ts';

/**
 * The rule files that Prometheus loads.
 *
 * @throws CheckFailure when none is named, or one is not there in the container
 */
export function ruleFiles(step: StepUnderTest): ListedFile[] {
  const settings = readSettings(step, 'prometheus');
  const { file } = settings;
  const names = file.get(['rule_files']);
  if (!Array.isArray(names) || names.length === 0) {
    fail({
      expected: 'rule_files: with the name of the file that holds the alert rules',
      actual: names === undefined ? 'no rule_files' : `rule_files: ${JSON.stringify(names)}`,
      where: file.where(['rule_files']),
      hint: 'Prometheus reads only the rule files that its settings list, each as one entry: "- name".',
    });
  }
  return listedFiles(step, settings, 'rule_files');
}
