import { z } from 'zod';
import { type Http, HttpError } from './http.ts';

const success = <T extends z.ZodType>(data: T) => z.object({ status: z.literal('success'), data });

/** A number at a time: [seconds since 1970, the number as text]. */
const sample = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());

const vector = success(z.object({ result: z.array(z.object({ metric: labels, value: sample })) }));
/** Of a native histogram its number of observations stands for it. */
const range = z
  .object({
    metric: labels,
    values: z.array(sample).default([]),
    histograms: z.array(z.tuple([z.number(), z.object({ count: z.string() })])).default([]),
  })
  .transform(({ metric, values, histograms }) => ({
    metric,
    values: [...values, ...histograms.map(([time, { count }]): [number, string] => [time, count])],
  }));
const matrix = success(z.object({ result: z.array(range) }));
const targets = success(
  z.object({
    activeTargets: z.array(
      z.object({ labels, scrapeUrl: z.string(), health: z.string(), lastError: z.string() }),
    ),
  }),
);
const alert = z.object({ labels, state: z.enum(['pending', 'firing']), activeAt: z.string() });
const alerts = success(z.object({ alerts: z.array(alert) }));
const rules = success(
  z.object({
    groups: z.array(
      z.object({
        interval: z.number(),
        rules: z.array(
          z.object({
            name: z.string(),
            type: z.string(),
            query: z.string(),
            duration: z.number().optional(),
            keepFiringFor: z.number().optional(),
          }),
        ),
      }),
    ),
  }),
);
const config = success(z.object({ yaml: z.string() }));
const syntaxTree = success(z.record(z.string(), z.unknown()));

/** A moment is looked up afterwards in steps of this many seconds. */
const RESOLUTION = 0.1;

/** Prometheus cannot read an expression, or cannot compute it. The message is its own, without a number of a status. */
export class ExpressionError extends Error {
  override name = 'ExpressionError';
}

/** Prometheus's HTTP API, https://prometheus.io/docs/prometheus/latest/querying/api/ */
export function prometheusClient(http: Http) {
  const api = async <T>(path: string, schema: z.ZodType<{ data: T }>): Promise<T> => {
    try {
      return (await http.get(`/api/v1/${path}`, schema)).data;
    } catch (error) {
      if (!(error instanceof HttpError) || ![400, 422].includes(error.status)) throw error;
      throw new ExpressionError(
        z.object({ error: z.string() }).parse(JSON.parse(error.body)).error,
      );
    }
  };

  const queryRange = async (expression: string, start: number, end: number, step: number) => {
    const query = { query: expression, start: `${start}`, end: `${end}`, step: `${step}` };
    return (await api(`query_range?${new URLSearchParams(query)}`, matrix)).result;
  };

  return {
    /** Prometheus's own clock, in seconds since 1970. */
    now: async () => Number((await api(`query?query=vector(time())`, vector)).result[0]?.value[1]),

    /** Evaluates an expression now. One entry for each series. @throws ExpressionError */
    query: async (expression: string) =>
      (await api(`query?${new URLSearchParams({ query: expression })}`, vector)).result,

    /** The samples themselves, as they are stored, of a range such as up[5m]. One entry for each series. */
    samples: async (range: string) =>
      (await api(`query?${new URLSearchParams({ query: range })}`, matrix)).result,

    /** Evaluates an expression at every step. Times in seconds since 1970, step in seconds. @throws ExpressionError */
    queryRange,

    /**
     * When an expression became true: the last moment between these two when it was still false, to a tenth of a second;
     * just before `start` where it was true then, undefined where it never was. In seconds since 1970.
     * @throws ExpressionError
     */
    becameTrue: async (expression: string, start: number, end: number) => {
      const series = await queryRange(expression, start, end, RESOLUTION);
      const firsts = series.flatMap(({ values: [first] }) => (first ? [first[0]] : []));
      return firsts.length > 0 ? Math.min(...firsts) - RESOLUTION : undefined;
    },

    /** An expression, taken apart by Prometheus's own parser. @throws ExpressionError when it cannot read it */
    parse: (expression: string) =>
      api(`parse_query?${new URLSearchParams({ query: expression })}`, syntaxTree),

    targets: async () => (await api('targets', targets)).activeTargets,

    /** Pending and firing alerts. An inactive alert is not in the list. */
    alerts: async () => (await api('alerts', alerts)).alerts,

    ruleGroups: async () => (await api('rules', rules)).groups,

    /** The loaded configuration as YAML, with every default filled in. */
    config: async () => (await api('status/config', config)).yaml,
  };
}

export type PrometheusClient = ReturnType<typeof prometheusClient>;
