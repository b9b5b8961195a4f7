import { parseDuration } from '../../../duration.ts';
import { expectThat, isRecord, type StepUnderTest } from '../../files/index.ts';
import { evaluate, onExpressionError } from '../promtool.ts';
import { type Dashboard, type Json, listIn, type Query, readDashboards } from './dashboards.ts';
import { prometheusSource } from './provisioning.ts';

/** What Grafana fills in when it draws 5 minutes, with the scrape interval that the data source names. */
function grafanaVariables(step: StepUnderTest): Record<string, string> {
  const { jsonData } = prometheusSource(step).value;
  // Grafana's own default is 15 s.
  const seconds = parseDuration(isRecord(jsonData) ? jsonData.timeInterval : undefined) || 15;
  return {
    __rate_interval: `${4 * seconds}s`,
    __interval: `${seconds}s`,
    __interval_ms: `${seconds * 1_000}`,
    __range: '5m',
    __range_s: '300',
    __range_ms: '300000',
  };
}

/** The value that a variable of the dashboard has when it is opened. */
function currentValue({ current, type, query }: Json): unknown {
  const { value } = (isRecord(current) ? current : {}) as { value?: unknown };
  if (`${value}`.startsWith('$__auto')) return '1m';
  const isList = /^(custom|interval|constant|textbox)$/.test(String(type));
  const [first] = String(query ?? '').split(',');
  return value ?? (isList ? first?.trim() : undefined);
}

/** The expression as Prometheus gets it: Grafana's own variables and the dashboard's filled in. */
export function filledIn(step: StepUnderTest, query: Query, { value }: Dashboard): string {
  const own = listIn(value.templating).map((variable) => [variable.name, currentValue(variable)]);
  const values: Record<string, unknown> = { ...Object.fromEntries(own), ...grafanaVariables(step) };
  const pattern = /\$(?:\{(\w+)(?::\w+)?\}|(\w+))|\[\[(\w+)(?::\w+)?\]\]/g;
  const filled = query.expression.replaceAll(pattern, (text, ...names: string[]) => {
    const name = names.slice(0, 3).find(Boolean) ?? '';
    if (!Object.hasOwn(values, name)) return text;
    const parts = [values[name] ?? '$__all'].flat().map(String);
    return parts.includes('$__all') ? '.+' : parts.join('|');
  });
  // A variable that the file leaves open is one of many values.
  return filled.replaceAll(/([^!=~])=\s*"\.\+"/g, '$1=~".+"');
}

/** Every query of every panel, annotation and variable, and what Prometheus is asked. */
export const readQueries = (step: StepUnderTest): { query: Query; expression: string }[] =>
  readDashboards(step).flatMap((dashboard) =>
    [...dashboard.panels.flatMap(({ queries }) => queries), ...dashboard.others].map((query) => ({
      query,
      expression: filledIn(step, query, dashboard),
    })),
  );

/** @throws CheckFailure at the first query that Prometheus cannot read */
export async function expectUnderstood(step: StepUnderTest): Promise<void> {
  for (const { query, expression } of readQueries(step)) {
    const error = await syntaxError(step, expression);
    expectThat(!error, {
      expected: `PromQL in "${query.title}"`,
      actual: `${expression}\n${error}`,
      where: query.where,
      hint: 'Prometheus says at which line and character it stopped reading. Paste the expression into http://localhost:9090 and fix it there.',
    });
  }
}

/** @throws CheckFailure at the first query that asks for a metric which is not known */
export async function expectMetrics(
  step: StepUnderTest,
  isKnown: (metric: string) => boolean,
): Promise<void> {
  for (const { query, expression } of readQueries(step)) {
    const unknown = (await metricsIn(step, expression)).find((name) => !isKnown(name));
    expectThat(!unknown, {
      expected: `a metric that exists, in "${query.title}"`,
      actual: `${unknown}, which no target sends\nasked: ${expression}`,
      where: query.where,
      hint: 'A query for an unknown metric returns nothing, not an error. The page of Prometheus completes names while you type. Or does the app no longer count it?',
    });
  }
}

/**
 * Evaluates an expression. One that cannot be read, and what is not a number, count as no series.
 *
 * @param time in seconds since 1970; default: now
 */
export async function ask(step: StepUnderTest, expression: string, time?: number) {
  const series = await evaluate(step, expression, time).catch(onExpressionError(() => []));
  return series.filter(({ value }) => !Number.isNaN(value));
}

/** Prometheus's own message about an expression that it cannot read; undefined when it can. */
export const syntaxError = ({ stack }: StepUnderTest, expression: string) =>
  stack.prometheus.parse(expression).then(
    () => undefined,
    onExpressionError((message) => message.replace(/^invalid parameter "query": /, '')),
  );

/** The metrics that an expression asks for, from Prometheus's own parser. */
export async function metricsIn({ stack }: StepUnderTest, expression: string): Promise<string[]> {
  const names: string[] = [];
  const collect = (node: unknown): void => {
    if (!isRecord(node)) return;
    if (/^(vector|matrix)Selector$/.test(String(node.type)) && node.name)
      names.push(String(node.name));
    for (const inner of Object.values(node).flat()) collect(inner);
  };
  collect(await stack.prometheus.parse(expression).catch(onExpressionError(() => ({}))));
  return names;
}

/** The names of all metrics that Prometheus has at a moment, in seconds since 1970. */
export async function knownMetrics(step: StepUnderTest, time: number): Promise<string[]> {
  const series = await ask(step, 'count by (__name__) ({__name__!=""})', time);
  return series.flatMap(({ labels }) => labels.__name__ ?? []);
}
