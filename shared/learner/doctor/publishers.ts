import type { Machine } from './machine.ts';

/** A container that publishes a port. */
export interface Publisher {
  name: string;
  /** Its compose project and the folder it was started in; empty without Compose. */
  project: string;
  folder: string;
}

const label = (name: string) => `{{.Label "com.docker.compose.${name}"}}`;
const COLUMNS = ['{{.Names}}', label('project'), label('project.working_dir'), '{{.Ports}}'];

/** Port on this machine → the running container that publishes it; empty when Docker does not say. */
export async function publishers({ ask }: Machine): Promise<Map<number, Publisher>> {
  const { stdout } = await ask('docker', 'ps', '--format', COLUMNS.join('|'));
  const found = new Map<number, Publisher>();
  for (const line of stdout.split('\n')) {
    const [name = '', project = '', folder = '', ports = ''] = line.split('|');
    // "127.0.0.1:8080->8080/tcp, 0.0.0.0:9000-9002->9000-9002/tcp"
    for (const [, first, last = first] of ports.matchAll(/:(\d+)(?:-(\d+))?->/g)) {
      for (let port = Number(first); port <= Number(last); port++)
        found.set(port, { name, project, folder });
    }
  }
  return found;
}
