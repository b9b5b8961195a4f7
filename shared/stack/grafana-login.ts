import { basicLogin, grafanaClient } from './grafana.ts';
import { httpClient } from './http.ts';

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
