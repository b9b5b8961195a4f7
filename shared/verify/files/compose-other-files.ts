import { posix } from 'node:path';
import { parseEnv } from 'node:util';
import type { ComposeService } from './compose-file.ts';
import { isYes, type Mount } from './compose-values.ts';
import { expectThat, orNone } from './finding.ts';
import type { StepFiles } from './step-files.ts';
import { asList, isRecord, type YamlFile, type YamlPath } from './yaml-file.ts';

interface Variable {
  value: string;
  where: string;
}

/**
 * The variables of a service, as Compose puts them together: what stands below environment: wins over its files.
 *
 * @param service where it stands in the compose file
 */
export function readEnvironment(
  files: StepFiles,
  compose: YamlFile,
  service: YamlPath,
): Pick<ComposeService, 'environment' | 'whereSet'> {
  const own = [...service, 'environment'];
  const found = new Map([
    ...envFiles(compose, service).flatMap((entry) => inFile(files, entry)),
    ...belowEnvironment(files, compose, own),
  ]);
  return {
    environment: Object.fromEntries([...found].map(([name, { value }]) => [name, value])),
    whereSet: (name) => found.get(name)?.where ?? compose.where(own),
  };
}

interface EnvFile {
  path: string;
  isOptional: boolean;
  where: string;
}

/** Each is a path, or { path, required }. */
function envFiles(compose: YamlFile, service: YamlPath): EnvFile[] {
  const place = [...service, 'env_file'];
  const value = compose.get(place);
  const entries: unknown[] = Array.isArray(value) ? value : value ? [value] : [];
  return entries.map((entry, index) => ({
    path: posix.normalize(String(isRecord(entry) ? entry.path : entry)),
    isOptional: isRecord(entry) && !isYes(entry.required ?? true),
    where: compose.where(Array.isArray(value) ? [...place, index] : place),
  }));
}

/** @throws CheckFailure when a file is missing that env_file: names, or a list holds maps: Compose starts nothing then */
export function expectEnvironment(files: StepFiles, compose: YamlFile, service: YamlPath): void {
  for (const [index, entry] of asList(compose.get([...service, 'environment'])).entries()) {
    const [name = '', value] = Object.entries(isRecord(entry) ? entry : {})[0] ?? [];
    expectThat(!isRecord(entry), {
      expected: `- ${name}=${value}, or no dashes below environment:`,
      actual: `- ${name}: ${value}`,
      where: compose.where([...service, 'environment', index]),
      hint: 'Variables are either a list, with a dash and = in each line, or a map, with neither.',
    });
  }
  for (const { path, isOptional, where } of envFiles(compose, service)) {
    expectThat(isOptional || files.exists(path), {
      expected: `a file ${path}, because env_file: names it`,
      actual: 'no such file',
      where,
      hint: 'The path starts at the folder of the compose file. Look for a typo, also in upper and lower case.',
    });
  }
}

function inFile(files: StepFiles, { path }: EnvFile): [string, Variable][] {
  if (!files.exists(path)) return [];
  const text = files.text(path);
  return Object.entries(parseEnv(text)).map(([name, value = '']) => {
    const line = text
      .split('\n')
      .findIndex((it) => it.match(/^\s*(?:export\s+)?(\w+)/)?.[1] === name);
    return [name, { value, where: `${path}:${line + 1}` }];
  });
}

/** A map, or a list of "NAME=value". */
function belowEnvironment(
  files: StepFiles,
  compose: YamlFile,
  place: YamlPath,
): [string, Variable][] {
  const value = compose.get(place);
  const entries = Array.isArray(value)
    ? value.map((text, index) => [...String(text).split(/=(.*)/s, 2), index] as const)
    : Object.entries(isRecord(value) ? value : {}).map(
        ([name, text]) => [name, text, name] as const,
      );
  return entries.map(([name, text, key]) => [
    String(name),
    { value: interpolate(files, String(text ?? '')), where: compose.where([...place, key]) },
  ]);
}

/** What Compose fills in: ${NAME}, ${NAME:-default} and $NAME from the file .env, and $ for $$. */
export function interpolate(files: StepFiles, text: string): string {
  if (!text.includes('$')) return text;
  const known: Record<string, string | undefined> = files.exists('.env')
    ? parseEnv(files.text('.env'))
    : {};
  return text.replaceAll(
    /\$\$|\$\{(\w+)(?::?-([^}]*))?[^}]*\}|\$(\w+)/g,
    (all, name, otherwise = '', bare) => (all === '$$' ? '$' : known[name ?? bare] || otherwise),
  );
}

/**
 * Compose's own configs and secrets, as the mounts that they become. One whose text stands in the compose file, or in a
 * variable, has no file.
 *
 * @param service where it stands in the compose file
 */
export function sharedFiles(compose: YamlFile, service: YamlPath): Mount[] {
  return ['configs', 'secrets'].flatMap((kind) =>
    asList(compose.get([...service, kind])).flatMap((entry, index) => {
      const { source, target } = isRecord(entry) ? entry : { source: entry };
      const file = compose.get([kind, String(source), 'file']);
      if (typeof file !== 'string') return [];
      const folder = kind === 'configs' ? '/' : '/run/secrets';
      return {
        source: `./${posix.normalize(file)}`,
        target: posix.resolve(folder, String(target ?? source)),
        readOnly: true,
        where: compose.where([...service, kind, index]),
      };
    }),
  );
}

/** What the image of a service is built from, as paths of the step. */
export interface Build {
  folder: string;
  dockerfile: string;
}

/** @param service where it stands in the compose file @returns undefined without a build */
export function buildOf(compose: YamlFile, service: YamlPath): Build | undefined {
  const build = compose.get([...service, 'build']);
  const { context: folder, dockerfile } = isRecord(build) ? build : { context: build };
  if (typeof folder !== 'string') return undefined;
  const name = typeof dockerfile === 'string' ? dockerfile : 'Dockerfile';
  return { folder: posix.join(folder, '.'), dockerfile: posix.join(folder, name) };
}

/** How Docker asks whether a service works: as Compose writes the test, and the place where it stands. */
export interface Healthcheck {
  test: unknown;
  where: string;
}

/** What the compose file says counts, and without a word in there what the image says. */
export function healthcheckOf(files: StepFiles, compose: YamlFile, service: YamlPath): Healthcheck {
  const place = [...service, 'healthcheck', 'test'];
  const own = { test: compose.get(place), where: compose.where(place) };
  const build = buildOf(compose, service);
  if (own.test !== undefined || !build || !files.exists(build.dockerfile)) return own;
  return healthcheckIn(files.text(build.dockerfile), build.dockerfile) ?? own;
}

/** The last one of the last stage. */
function healthcheckIn(text: string, path: string): Healthcheck | undefined {
  const instructions = [...text.matchAll(/^[ \t]*(FROM|HEALTHCHECK)\b((?:\\\r?\n|.)*)/gim)];
  const last = instructions.at(-1);
  if (last?.[1]?.toUpperCase() !== 'HEALTHCHECK') return undefined;
  const [, form = '', command = ''] =
    last[2]?.replaceAll(/\\\r?\n/g, ' ').match(/^(?:\s+--\S+)*\s+(CMD|NONE)\b\s*(.*?)\s*$/is) ?? [];
  const line = text.slice(0, last.index).split('\n').length;
  const isList = /^\[.*\]$/s.test(command);
  return {
    test:
      form.toUpperCase() === 'NONE' ? ['NONE'] : isList ? ['CMD', ...wordsOf(command)] : command,
    where: `${path}:${line}`,
  };
}

/** The words of a list as Docker reads it; what is no list to Docker is a line for the shell. */
const wordsOf = (list: string): string[] =>
  orNone(() => JSON.parse(list) as string[]) ?? ['/bin/sh', '-c', list];
