import { durationOf, type StepUnderTest } from '../../files/index.ts';
import type { Dashboard, Query } from './dashboards.ts';
import { isRecord, prometheusSource } from './files.ts';

/** What Grafana fills in when it draws 5 minutes, with the scrape interval that the data source names. */
function grafanaVariables(step: StepUnderTest): Record<string, string> {
  const { jsonData } = prometheusSource(step).value;
  const named = isRecord(jsonData) ? String(jsonData.timeInterval ?? '') : '';
  const [, count, unit] = named.match(/^(\d+)([sm])$/) ?? [];
  // Grafana's own default is 15 s.
  const seconds = count ? Number(count) * (unit === 'm' ? 60 : 1) : 15;
  return {
    __rate_interval: `${4 * seconds}s`,
    __interval: `${seconds}s`,
    __interval_ms: `${seconds * 1_000}`,
    __range: '5m',
    __range_s: '300',
    __range_ms: '300000',
  };
}

export interface Series {
  labels: Record<string, string>;
  value: number;
}

/** The expression as Prometheus gets it: Grafana's own variables and the dashboard's filled in. */
export function filledIn(step: StepUnderTest, query: Query, { value }: Dashboard): string {
  const list = isRecord(value.templating) ? value.templating.list : [];
  const own = (Array.isArray(list) ? list : []).map(({ name, current }) => [name, current?.value]);
  const values: Record<string, unknown> = { ...Object.fromEntries(own), ...grafanaVariables(step) };
  return query.expression.replaceAll(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (text, braced, bare) => {
    const name = braced ?? bare;
    if (!Object.hasOwn(values, name)) return text;
    const parts = [values[name] ?? '$__all'].flat().map(String);
    return parts.includes('$__all') ? '.+' : parts.join('|');
  });
}

/** How far an expression looks back, for each of its brackets, in seconds. */
export const windowsIn = (expression: string): number[] =>
  [...expression.matchAll(/\[\s*(\w+)/g)].map(([, window]) => durationOf(window));

async function api(step: StepUnderTest, path: string, query: string, time?: number) {
  const url = `${await step.stack.url('prometheus')}/api/v1/${path}`;
  const body = new URLSearchParams({ query, ...(time !== undefined && { time: `${time}` }) });
  const answer = await fetch(url, { method: 'POST', body });
  return (await answer.json()) as { status: string; error?: string; data?: unknown };
}

/**
 * Evaluates an expression. One that cannot be read, and what is not a number, count as no answer.
 *
 * @param time in seconds since 1970; default: now
 */
export async function ask(
  step: StepUnderTest,
  expression: string,
  time?: number,
): Promise<Series[]> {
  const { data = { result: [] } } = await api(step, 'query', expression, time);
  const { resultType, result } = data as { resultType: string; result: unknown[] };
  const list = resultType === 'scalar' ? [{ metric: {}, value: result }] : result;
  return (list as { metric: Series['labels']; value: [number, string] }[])
    .map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }))
    .filter(({ value }) => !Number.isNaN(value));
}

/** Prometheus's own words about an expression that it cannot read; undefined when it can. */
export async function syntaxError(step: StepUnderTest, expression: string) {
  const { error } = await api(step, 'parse_query', expression);
  return error?.replace(/^invalid parameter "query": /, '');
}

/** The metrics that an expression asks for, from Prometheus's own parser. */
export async function metricsIn(step: StepUnderTest, expression: string): Promise<string[]> {
  const { data } = await api(step, 'parse_query', expression);
  const names: string[] = [];
  const collect = (node: unknown): void => {
    if (!isRecord(node)) return;
    if (/^(vector|matrix)Selector$/.test(String(node.type)) && node.name)
      names.push(String(node.name));
    for (const inner of Object.values(node).flat()) collect(inner);
  };
  collect(data);
  return names;
}

/** The names of all metrics that Prometheus has at a moment, in seconds since 1970. */
export async function knownMetrics(step: StepUnderTest, time: number): Promise<string[]> {
  const series = await ask(step, 'count by (__name__) ({__name__!=""})', time);
  return series.flatMap(({ labels }) => labels.__name__ ?? []);
}
