import type { StepUnderTest } from '../files/index.ts';
import { parseMetrics } from './metrics-text.ts';

/** The requests that the app has counted, by status code. */
export async function readRequests({ stack }: StepUnderTest): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, labels, value } of parseMetrics(await stack.app.text('/metrics'))) {
    const code = labels.status_code ?? '';
    if (name === 'http_requests_total') counts[code] = (counts[code] ?? 0) + value;
  }
  return counts;
}

/** All requests that the app has counted. */
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
      const answers = traffic.round.map(([method, path]) => fetch(app + path, { method }));
      await Promise.all(answers.map(async (answer) => (await answer).arrayBuffer()));
    }
    await traffic.seen(part);
  }
}
