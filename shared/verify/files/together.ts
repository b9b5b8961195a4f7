// Several files that are read as one.
import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fail } from './finding.ts';
import { hostPath } from './mounts.ts';
import type { Settings } from './settings.ts';
import type { StepUnderTest } from './step-under-test.ts';
import { asList, isRecord, valueAt, type YamlFile, type YamlPath } from './yaml-file.ts';

/** Lists of which Compose keeps only the later one. */
const REPLACED = /^(command|entrypoint|test)$/;

/**
 * Two files as the one that they are together: maps are put together, lists one after the other, and of two other values
 * the later one counts. So Compose reads its override file, and Prometheus its scrape_config_files.
 */
export function together(first: YamlFile, second: YamlFile): YamlFile {
  /** The file in which a place stands, and where there. */
  const find = (place: YamlPath): [YamlFile, YamlPath] => {
    for (const depth of place.keys()) {
      const list = place.slice(0, depth);
      const own = first.get(list);
      if (!areAdded(own, second.get(list), list.at(-1))) continue;
      const [entry, ...inner] = place.slice(depth);
      return Number(entry) < own.length
        ? [first, place]
        : [second, [...list, Number(entry) - own.length, ...inner]];
    }
    return [second.get(place) === undefined ? first : second, place];
  };
  const value = merge(first.value, second.value);
  return {
    ...{ path: first.path, value },
    get: (place) => valueAt(value, place),
    source(place) {
      const [file, own] = find(place);
      return file.source(own);
    },
    where(place) {
      const [file, own] = find(place);
      return file.where(own);
    },
  };
}

const areAdded = (first: unknown, second: unknown, key: unknown): first is unknown[] =>
  Array.isArray(first) && Array.isArray(second) && !REPLACED.test(String(key));

function merge(first: unknown, second: unknown, key?: string): unknown {
  if (second === undefined) return first;
  if (areAdded(first, second, key)) return [...first, ...(second as unknown[])];
  if (!isRecord(first) || !isRecord(second)) return second;
  const names = Object.keys({ ...first, ...second });
  return Object.fromEntries(names.map((name) => [name, merge(first[name], second[name], name)]));
}

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
