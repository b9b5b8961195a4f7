import { parseEnv } from 'node:util';
import type { StepFiles } from './step-files.ts';
import { isRecord, isTrue } from './yaml-file.ts';

/** One mount of a service, short or long syntax. */
export interface Mount {
  source: string;
  target: string;
  readOnly: boolean;
  where: string;
}

/** "127.0.0.1:${APP_PORT:-8080}:8080/tcp", 8080 or { target: 8080 }: the container's side. */
export function parsePort(entry: unknown): string {
  const target = isRecord(entry) ? entry.target : entry;
  return (
    String(target)
      .replace(/\/(tcp|udp)$/, '')
      .match(/(?:\$\{[^}]*\}|[^:])*$/)?.[0] ?? ''
  );
}

/** `true` for Compose, which takes it as a text too. */
export const isOn = (value: unknown): boolean => isTrue(value) || value === 'true';

/** "./prometheus:/etc/prometheus:ro" or { type, source, target, read_only }. */
export function parseMount(entry: unknown): Omit<Mount, 'where'> {
  const isLong = isRecord(entry);
  const [source = '', target = '', mode = ''] = isLong
    ? [entry.source ?? '', entry.target ?? '', isOn(entry.read_only) ? 'ro' : '']
    : String(entry).split(':');
  // The folder of the compose file, where Compose is mostly asked.
  const here = String(source).replace(/^\$(PWD\b|\{PWD\})/, '.');
  return {
    source: isLong && entry.type === 'bind' && /^\w/.test(here) ? `./${here}` : here,
    target: String(target).replace(/(.)\/$/, '$1'),
    readOnly: String(mode).split(',').includes('ro'),
  };
}

/** What Compose makes of `${NAME:-default}` where no variable is set: the default. */
export const withDefaults = (text: string): string => text.replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1');

/** A map, or a list of "NAME=value". */
export function parseEnvironment(value: unknown): Record<string, string> {
  const pairs = Array.isArray(value)
    ? value.map((text) => String(text).split(/=(.*)/s, 2))
    : Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(pairs.map(([name, content]) => [name, String(content ?? '')]));
}

/** The variables of the files that `env_file` names: one, or a list of names or of `{ path }`. Missing ones have none. */
export function readEnvFiles(files: StepFiles, value: unknown): Record<string, string> {
  const paths = [value ?? []].flat().map((entry) => String(isRecord(entry) ? entry.path : entry));
  const texts = paths.filter((path) => files.exists(path)).map((path) => files.text(path));
  return Object.assign({}, ...texts.map((text) => parseEnv(text)));
}

/** A list as it is, or the words of a text. */
export const splitCommand = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : String(value ?? '')
        .split(/\s+/)
        .filter(Boolean);
