/** One mount of a service, short or long syntax. */
export interface Mount {
  source: string;
  target: string;
  readOnly: boolean;
  where: string;
}

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** "127.0.0.1:${APP_PORT:-8080}:8080/tcp", 8080 or { target: 8080 }: the container's side. */
export function portOf(entry: unknown): string {
  const target = isRecord(entry) ? entry.target : entry;
  return (
    String(target)
      .replace(/\/(tcp|udp)$/, '')
      .match(/(?:\$\{[^}]*\}|[^:])*$/)?.[0] ?? ''
  );
}

/** "./prometheus:/etc/prometheus:ro" or { type, source, target, read_only }. */
export function mountOf(entry: unknown): Omit<Mount, 'where'> {
  if (isRecord(entry)) {
    const { source = '', target = '', read_only } = entry;
    return { source: String(source), target: String(target), readOnly: read_only === true };
  }
  const [source = '', target = '', mode = ''] = String(entry).split(':');
  return {
    source,
    target: target.replace(/(.)\/$/, '$1'),
    readOnly: mode.split(',').includes('ro'),
  };
}

export function variables(value: unknown): Record<string, string> {
  const pairs = Array.isArray(value)
    ? value.map((text) => String(text).split(/=(.*)/s, 2))
    : Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(pairs.map(([name, content]) => [name, String(content ?? '')]));
}

export const words = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : String(value ?? '')
        .split(/\s+/)
        .filter(Boolean);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
