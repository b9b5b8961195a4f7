import { z } from 'zod';
import { type Http, httpClient } from './http.ts';

const health = z.object({ database: z.string(), version: z.string() });
const dataSourceHealth = z.object({ status: z.string(), message: z.string() });
const dashboard = z.object({ dashboard: z.record(z.string(), z.unknown()) });
const dashboardList = z.array(z.object({ uid: z.string(), title: z.string(), url: z.string() }));
const dataSourceList = z.array(
  z.object({
    uid: z.string(),
    name: z.string(),
    type: z.string(),
    isDefault: z.boolean(),
    readOnly: z.boolean(),
  }),
);
const queryResult = z.object({
  results: z.record(
    z.string(),
    z.object({
      error: z.string().optional(),
      frames: z
        .array(z.object({ data: z.object({ values: z.array(z.array(z.unknown())) }) }))
        .optional(),
    }),
  ),
});

/** Grafana's HTTP API, https://grafana.com/docs/grafana/latest/developers/http_api/ */
export function grafanaClient(http: Http) {
  return {
    /** Says that Grafana runs, not that its data source works. */
    health: () => http.get('/api/health', health),

    /** Whether the data source reaches its server. */
    dataSourceHealth: (uid: string) =>
      http.get(`/api/datasources/uid/${uid}/health`, dataSourceHealth),

    dataSources: () => http.get('/api/datasources', dataSourceList),

    /** All dashboards. The slug is the title as it stands in an address: "Web service" is web-service. */
    dashboards: async () => {
      const found = await http.get('/api/search?type=dash-db&limit=5000', dashboardList);
      return found.map(({ url, ...rest }) => ({
        ...rest,
        slug: url.split('/').at(-1) ?? rest.uid,
      }));
    },

    dashboard: async (uid: string) =>
      (await http.get(`/api/dashboards/uid/${uid}`, dashboard)).dashboard,

    /** Makes a dashboard, as its page does. */
    save: (dashboard: object) => http.send('POST', '/api/dashboards/db', { dashboard }),

    /** Runs a panel's expression through Grafana. Answers how many values came back over the last `seconds`. */
    countValues: async (dataSourceUid: string, expression: string, seconds: number) => {
      const query = {
        refId: 'A',
        datasource: { uid: dataSourceUid },
        expr: expression,
        range: true,
        intervalMs: 5_000,
        maxDataPoints: 500,
      };
      const body = { from: `now-${seconds}s`, to: 'now', queries: [query] };
      const answer = queryResult.parse(JSON.parse(await http.send('POST', '/api/ds/query', body)));
      const result = answer.results.A;
      if (result?.error) throw new Error(`Grafana cannot answer ${expression}: ${result.error}`);
      return (result?.frames ?? []).reduce(
        (sum, { data }) => sum + (data.values[0]?.length ?? 0),
        0,
      );
    },
  };
}

export type GrafanaClient = ReturnType<typeof grafanaClient>;

/** The Authorization header for a user. */
export const basicLogin = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/**
 * The Authorization header for Grafana: GRAFANA_TOKEN, else GRAFANA_USER (default: admin) with GRAFANA_PASSWORD.
 *
 * @param adminPassword used where the environment names none
 */
export function grafanaLogin(adminPassword?: string): string {
  const { GRAFANA_TOKEN, GRAFANA_USER = 'admin', GRAFANA_PASSWORD } = process.env;
  if (GRAFANA_TOKEN) return `Bearer ${GRAFANA_TOKEN}`;
  const password = GRAFANA_PASSWORD ?? adminPassword;
  if (password !== undefined) return basicLogin(GRAFANA_USER, password);
  throw new Error(
    'GRAFANA_URL names a Grafana, but neither GRAFANA_TOKEN nor GRAFANA_PASSWORD is set',
  );
}

/** A Grafana that runs somewhere. */
export interface RunningGrafana {
  url: string;
  authorization: string;
}

/** The one that GRAFANA_URL names. @throws Error when it names one without credentials */
export function namedGrafana(): RunningGrafana | undefined {
  const url = process.env.GRAFANA_URL?.replace(/\/$/, '');
  return url ? { url, authorization: grafanaLogin() } : undefined;
}

export const clientOf = ({ url, authorization }: RunningGrafana) =>
  grafanaClient(httpClient('Grafana', async () => url, { authorization }));
