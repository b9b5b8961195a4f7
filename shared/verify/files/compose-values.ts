import { isRecord } from './yaml-file.ts';

/** One mount of a service, short or long syntax. */
export interface Mount {
  source: string;
  target: string;
  readOnly: boolean;
  where: string;
}

/** "127.0.0.1:${APP_PORT:-8080}:8080/tcp", 8080 or { target: 8080 }: the container's side. */
export function parsePort(entry: unknown): string {
  const target = String(isRecord(entry) ? entry.target : entry).replace(/\/(tcp|udp)$/, '');
  return target.match(/(?:\$\{[^}]*\}|[^:])*$/)?.[0] ?? '';
}

/** "./prometheus:/etc/prometheus:ro" or { type, source, target, read_only }. */
export function parseMount(entry: unknown): Omit<Mount, 'where'> {
  const isLong = isRecord(entry);
  const [source = '', target = '', mode = ''] = isLong
    ? [entry.source ?? '', entry.target ?? '', isYes(entry.read_only) ? 'ro' : '']
    : String(entry).split(':');
  // The folder of the compose file, where Compose is mostly asked.
  const here = String(source).replace(/^\$(PWD\b|\{PWD\})/, '.');
  return {
    source: isLong && entry.type === 'bind' && /^\w/.test(here) ? `./${here}` : here,
    target: String(target).replace(/(.)\/$/, '$1'),
    readOnly: String(mode).split(',').includes('ro'),
  };
}

/** Compose takes each of these for true, with or without quotes. */
export const isYes = (value: unknown): boolean => /^(true|yes|y|on)$/i.test(String(value));

/** A list as it is, or the words of a text. */
export const splitCommand = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : String(value ?? '')
        .split(/\s+/)
        .filter(Boolean);
