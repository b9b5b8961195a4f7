/** One line of a /metrics page. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads Prometheus's text format, https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = line.match(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/);
    if (!match || line.startsWith('#')) return [];
    const [, name = '', inner = '', value = ''] = match;
    return [{ name, labels: parseLabels(inner), value: Number(value) }];
  });
}

/** Reads `job="web", path="/"`, as it stands between braces. @param decode a value as it stands between the quotes */
export function parseLabels(text: string, decode = unquote): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g);
  return Object.fromEntries([...pairs].map(([, name, value = '']) => [name, decode(value)]));
}

const unquote = (text: string): string =>
  text.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
