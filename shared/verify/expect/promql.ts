import { parseDuration } from '../../duration.ts';
import type { StepUnderTest } from '../files/index.ts';

export interface Series {
  labels: Record<string, string>;
  /** NaN where Prometheus says so. */
  value: number;
}

/**
 * What an expression comes to at a moment, one number for each series.
 *
 * @param time in seconds since 1970; default: now
 * @throws ExpressionError with Prometheus's own message; a range of samples such as `up[1m]` is no number
 */
export async function evaluate(
  { stack }: StepUnderTest,
  expression: string,
  time?: number,
): Promise<Series[]> {
  const at = time ?? (await stack.prometheus.now());
  const series = await stack.prometheus.queryRange(expression, at, at, 1);
  return series.map(({ metric, values }) => ({ labels: metric, value: Number(values[0]?.[1]) }));
}

/** Handles, in `.catch()`, that Prometheus cannot read or compute an expression, by its message; throws any other error. */
export const onExpressionError =
  <T>(handle: (message: string) => T) =>
  (error: Error): T => {
    if (error.name !== 'ExpressionError') throw error;
    return handle(error.message);
  };

/** How far an expression looks back, for each of its brackets, in seconds. */
export const windowsIn = (expression: string): number[] =>
  [...expression.matchAll(/\[\s*(\w+)/g)].map(([, window]) => parseDuration(window));
