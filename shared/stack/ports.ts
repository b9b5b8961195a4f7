import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComposeProject, readServices } from './compose-project.ts';

/** The port each service listens on inside its container. */
export const CONTAINER_PORTS = {
  app: 8080,
  prometheus: 9090,
  grafana: 3000,
  alertmanager: 9093,
  'slack-inbox': 8025,
};

export type ServiceName = keyof typeof CONTAINER_PORTS;

/**
 * Lets the engine choose a free port for each service, however the compose file publishes it, so that any
 * number of stacks run side by side. Adds a compose file that says so to the project.
 */
export async function useFreePorts(project: ComposeProject): Promise<void> {
  const services = await readServices(project);
  const overrides = Object.entries(CONTAINER_PORTS)
    .filter(([name]) => services.has(name))
    .map(([name, port]) => `  ${name}: { ports: !override ['127.0.0.1:0:${port}'] }`);
  if (overrides.length === 0) return;
  const file = join(tmpdir(), `${project.name}.yaml`);
  await writeFile(file, ['services:', ...overrides, ''].join('\n'));
  project.files = [...(project.files ?? ['docker-compose.yaml']), file];
}
