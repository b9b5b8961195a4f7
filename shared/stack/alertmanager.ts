import { z } from 'zod';
import type { Http } from './http.ts';

const alert = z.object({
  labels: z.record(z.string(), z.string()),
  fingerprint: z.string(),
  status: z.object({
    /** Fingerprints of the alerts that mute it. */
    inhibitedBy: z.array(z.string()),
  }),
});
const status = z.object({ config: z.object({ original: z.string() }) });

/** An alert as a client such as Prometheus posts it. Times in RFC 3339; without endsAt it fires until it times out. */
export interface PostableAlert {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  startsAt?: string;
  endsAt?: string;
}

/** Alertmanager's HTTP API, https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export function alertmanagerClient(http: Http) {
  return {
    alerts: () => http.get('/api/v2/alerts', z.array(alert)),
    postAlerts: (postable: PostableAlert[]) => http.send('POST', '/api/v2/alerts', postable),
    /** The loaded configuration as YAML. Defaults of a route are not filled in. */
    config: async () => (await http.get('/api/v2/status', status)).config.original,
  };
}

export type AlertmanagerClient = ReturnType<typeof alertmanagerClient>;
