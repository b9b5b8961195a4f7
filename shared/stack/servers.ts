import { alertJourney } from './alert-journey.ts';
import { alertmanagerClient } from './alertmanager.ts';
import type { ServiceName } from './containers.ts';
import { httpClient } from './http.ts';
import { inboxClient } from './inbox.ts';
import { prometheusClient } from './prometheus.ts';

/** Clients of the servers of a stack. @param url where a service answers, without a slash at the end */
export function serversAt(url: (service: ServiceName) => Promise<string>) {
  const http = (title: string, service: ServiceName, headers?: Record<string, string>) =>
    httpClient(title, () => url(service), headers);
  const prometheus = prometheusClient(http('Prometheus', 'prometheus'));
  const alertmanager = alertmanagerClient(http('Alertmanager', 'alertmanager'));
  return {
    http,
    app: http('The app', 'app'),
    prometheus,
    alertmanager,
    /** VictoriaMetrics, which answers as Prometheus does. */
    store: prometheusClient(http('VictoriaMetrics', 'victoria-metrics')),
    /** An alert on its way, by its name. */
    alert: (name: string) => alertJourney(prometheus, alertmanager, name),
    inbox: inboxClient(http('The inbox', 'inbox')),
  };
}
