import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fail } from './finding.ts';
import { hostPath } from './mounts.ts';
import type { Settings } from './settings.ts';
import type { StepUnderTest } from './step-under-test.ts';
import { asList } from './yaml-file.ts';

/** A file that Prometheus's settings name, as the learner and as Prometheus see it. */
export interface ListedFile {
  path: string;
  containerPath: string;
  /** Where the pattern stands that it fits, if its name is not listed itself. */
  pattern?: string;
}

/** The files that a list in Prometheus's settings names. @throws CheckFailure when one is not there in the container */
export function listedFiles(
  step: StepUnderTest,
  { file, containerPath }: Settings,
  key: 'rule_files' | 'scrape_config_files',
): ListedFile[] {
  const prometheus = step.compose().service('prometheus');
  return asList(file.get([key])).flatMap((name, index) => {
    const inContainer = posix.resolve(posix.dirname(containerPath), String(name));
    const pattern = hostPath(prometheus, inContainer);
    const found = pattern ? matching(step, pattern) : [];
    if (found.length === 0) {
      fail({
        expected: `a ${key === 'rule_files' ? 'rule file' : 'file with jobs'} at ${inContainer} in the container of prometheus`,
        actual: pattern ? `no file ${pattern}` : 'nothing mounted there',
        where: pattern ? file.where([key, index]) : prometheus.where('volumes'),
        hint: 'A relative name starts at the folder of the settings file, inside the container. Prometheus is silent about a name that does not exist.',
      });
    }
    return found.map((path) => ({
      path,
      containerPath: posix.join(posix.dirname(inContainer), posix.basename(path)),
      ...(/[*?[]/.test(String(name)) && { pattern: file.where([key, index]) }),
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
