import { posix } from 'node:path';
import type { ComposeService } from './compose-file.ts';
import type { Mount } from './compose-values.ts';
import { expectThat, fail } from './finding.ts';
import type { StepFiles } from './step-files.ts';

/** The mount that brings a path of the container: the nearest around it. */
export function mountAt({ mounts }: ComposeService, path: string): Mount | undefined {
  return mounts
    .filter(({ target }) => target && !posix.relative(target, path).startsWith('..'))
    .sort((one, other) => other.target.length - one.target.length)[0];
}

/** The file or folder of the step, "prometheus/rules.yaml", that a service sees at a path; undefined when it sees none. */
export function hostPath(service: ComposeService, path: string): string | undefined {
  const mount = mountAt(service, path);
  if (!mount?.source.startsWith('.')) return undefined;
  return posix.join(mount.source, posix.relative(mount.target, path)).replace(/(.)\/$/, '$1');
}

const findFlag = ({ command }: ComposeService, flag: string): number =>
  command.findIndex((word) => word.split('=')[0]?.replace(/^--?/, '') === flag);

/** "docker-compose.yaml:48": the entry of the command that holds a flag. */
export const flagPlace = (service: ComposeService, flag: string): string =>
  service.where('command', findFlag(service, flag));

/** The value of a flag of the service's command, "--flag=value" or "--flag value", with one dash or two. */
export function flagValue(service: ComposeService, flag: string): string | undefined {
  const { command } = service;
  const index = findFlag(service, flag);
  if (index < 0) return undefined;
  const [, value = command[index + 1]] = command[index]?.split(/=(.*)/s) ?? [];
  return value ?? '';
}

/**
 * The path below which Prometheus or Alertmanager has all its pages, such as "/prometheus", and the flag that says so.
 * Empty where they are at the root of its address.
 */
export function pathPrefix(service: ComposeService): { path: string; flag: string } {
  const own = flagValue(service, 'web.route-prefix');
  // What begins with neither has none: "localhost:9090".
  const [, external = ''] =
    flagValue(service, 'web.external-url')?.match(/^(?:\w+:\/\/[^/]*)?(\/.*)$/) ?? [];
  return {
    path: (own ?? external).replace(/\/+$/, ''),
    flag: own === undefined ? 'web.external-url' : 'web.route-prefix',
  };
}

/** Each flag of the command is written as Prometheus and Alertmanager read it. @throws CheckFailure */
export function expectFlags(service: ComposeService): void {
  const wrong: [RegExp, (word: string) => string, string][] = [
    [
      /^-\w{2,}/,
      (word) => `-${word}`,
      'A flag with a long name has two dashes. After a single one each letter is a flag of its own, and the server ends with: unknown short flag.',
    ],
    [
      /^--[\w.-]+\s/,
      (word) => word.replace(/\s+/, '='),
      'Each entry of the list is one word to the program, spaces included. A flag and its value are one word with = between them, or two entries.',
    ],
    [
      /^--[\w.-]+=["'].*["']$/,
      (word) => word.replaceAll(/["']/g, ''),
      'No shell takes these quotes away, so they are part of the value.',
    ],
  ];
  for (const [pattern, right, hint] of wrong) {
    const index = service.command.findIndex((word) => pattern.test(word));
    const word = service.command[index];
    if (word === undefined) continue;
    fail({ expected: right(word), actual: word, where: service.where('command', index), hint });
  }
}

/**
 * The learner's file that a server names in what it says, by its path in the container: "prometheus/prometheus.yaml:12".
 * The line stands behind the path, as in `rules.yaml: 12:5: …`, or in words, as in `line 12: field … not found`.
 *
 * @returns undefined when it names none that a mount of the service brings
 */
export function placeNamed(
  files: StepFiles,
  service: ComposeService,
  text: string,
): string | undefined {
  let named: string | undefined;
  for (const [, path = '', line] of text.matchAll(/(\/[\w./-]*\w)(?:"?: ?(\d+))?/g)) {
    const file = hostPath(service, path);
    if (!file || !/\.\w+$/.test(path)) continue;
    if (!files.exists(file)) named ??= `${file} (missing)`;
    else if (Number(line)) return `${file}:${line}`;
    // What is named last is what the others lead to.
    else named = file;
  }
  const [, line] = text.match(/\bline (\d+):/) ?? [];
  return named && line && !named.includes(' ') ? `${named}:${line}` : named;
}

/** @param mount of what the service stores itself @throws CheckFailure when it is read-only */
export function expectWritable({ name }: ComposeService, mount?: Mount): void {
  expectThat(!mount?.readOnly, {
    expected: `a volume at ${mount?.target} that ${name} can write to`,
    actual: 'it can only be read',
    where: mount?.where ?? '',
    hint: 'Read-only is for files that a server must not change. What it stores itself it must be able to write.',
  });
}
