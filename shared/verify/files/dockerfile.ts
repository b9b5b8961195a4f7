import { posix } from 'node:path';
import type { StepFiles } from './step-files.ts';
import { isRecord, type YamlFile, type YamlPath } from './yaml-file.ts';

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
function wordsOf(list: string): string[] {
  try {
    return JSON.parse(list) as string[];
  } catch {
    return ['/bin/sh', '-c', list];
  }
}
