import type { Wait } from '../../stack/index.ts';
import type { StepUnderTest } from '../files/index.ts';

/** One line of a /metrics page. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads Prometheus's text format, https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    // After the number may stand an exemplar, with braces of its own.
    const match = line.match(/^([a-zA-Z_:][\w:]*)(?:\{((?:"(?:\\.|[^"\\])*"|[^"}])*)\})?\s+(\S+)/);
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

/** The requests that the app has counted, by status code. */
export async function readRequests({ stack }: StepUnderTest): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, labels, value } of parseMetrics(await stack.app.text('/metrics'))) {
    const code = labels.status_code ?? '';
    if (name === 'http_requests_total') counts[code] = (counts[code] ?? 0) + value;
  }
  return counts;
}

export const readTotalRequests = async (step: StepUnderTest): Promise<number> =>
  Object.values(await readRequests(step)).reduce((sum, count) => sum + count, 0);

export interface Traffic {
  /** Method and path of each request of one round, which are sent together. */
  round: [method: string, path: string][];
  /** How many rounds make up each part. A rate needs a series that exists before it grows, so there are two. */
  parts: number[];
  /** Waits until Prometheus has seen a part, by its index. */
  seen(part: number): Promise<unknown>;
}

/** Sends traffic to the app, part after part, and reads all answers. */
export async function sendTraffic({ stack }: StepUnderTest, traffic: Traffic): Promise<void> {
  for (const [part, rounds] of traffic.parts.entries()) {
    const app = await stack.url('app');
    for (let round = 0; round < rounds; round++) {
      const answers = traffic.round.map(([method, path]) =>
        fetch(app + path, { method, redirect: 'manual' }),
      );
      await Promise.all(answers.map(async (answer) => (await answer).arrayBuffer()));
    }
    await traffic.seen(part);
  }
}

/** The stack's own, loaded only when containers run: a verdict on files must not wait for that room. */
export const waitFor = async <T>(wait: Wait<T>): Promise<T> =>
  (await import('../../stack/index.ts')).waitFor(wait);

/** Looks until the condition holds, and returns what was seen last, also when the time is over. */
export async function waitOrLook<T>(
  withinSeconds: number,
  what: string,
  look: () => Promise<T>,
  until: (seen: T) => boolean,
): Promise<T> {
  return waitFor({ what, withinSeconds, look, until }).catch(look);
}
