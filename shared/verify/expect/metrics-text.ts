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
    const pairs = [...inner.matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)];
    const labels = Object.fromEntries(pairs.map(([, key, text = '']) => [key, unquote(text)]));
    return [{ name, labels, value: Number(value) }];
  });
}

const unquote = (text: string): string =>
  text.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
