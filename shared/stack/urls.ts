import { type ComposeProject, compose, containers } from './compose-project.ts';

/** The port each service listens on inside its container. */
export const CONTAINER_PORTS = {
  app: 8080,
  prometheus: 9090,
  grafana: 3000,
  alertmanager: 9093,
  'slack-inbox': 8025,
};

export type ServiceName = keyof typeof CONTAINER_PORTS;

/** Commands of Compose that leave the running containers as they are. */
const ASKING = ['exec', 'run', 'logs', 'ps'];

/** Where the services of a project answer on this machine. Each is looked up once. */
export function urlsOf(project: ComposeProject) {
  const known = new Map<ServiceName, string>();
  return {
    /** Without a slash at the end. @throws WrongResult when it publishes no port */
    async url(service: ServiceName): Promise<string> {
      const found = known.get(service) ?? `http://${await addressOf(project, service)}`;
      known.set(service, found);
      return found;
    },
    /** @param words what Compose is asked to do; ports may change by it */
    forgetUrls([command = '']: string[]): void {
      if (!ASKING.includes(command)) known.clear();
    },
  };
}

async function addressOf(project: ComposeProject, service: ServiceName): Promise<string> {
  const port = CONTAINER_PORTS[service];
  const container = (await containers(project)).find((one) => one.service === service);
  const [, address] = container?.ports.match(new RegExp(`([\\d.]+:\\d+)->${port}/tcp`)) ?? [];
  // Where there is none, Compose says it best.
  return address ?? compose(project, ['port', service, `${port}`]);
}
