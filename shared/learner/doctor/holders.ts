import type { Machine } from './machine.ts';

/** A program that listens on a port. */
export interface Program {
  name: string;
  pid: number;
}

/** TCP port → the program that listens there, as far as this user may see. Asks what the system itself brings. */
export async function listeners({ ask }: Machine): Promise<Map<number, Program>> {
  if (process.platform === 'win32') {
    const [connections, tasks] = await Promise.all([
      ask('netstat', '-a', '-n', '-o', '-p', 'TCP'),
      ask('tasklist', '/FO', 'CSV', '/NH'),
    ]);
    return readNetstat(connections.stdout, tasks.stdout);
  }
  const [ss, lsof] = await Promise.all([
    ask('ss', '-Hltnp'),
    ask('lsof', '-nP', '-iTCP', '-sTCP:LISTEN', '-Fpcn'),
  ]);
  return new Map([...readLsof(lsof.stdout), ...readSs(ss.stdout)]);
}

/** Lines like: LISTEN 0 511 127.0.0.1:8080 0.0.0.0:* users:(("node",pid=123,fd=18)) */
function readSs(text: string): Map<number, Program> {
  const lines = text.matchAll(/:(\d+)\s+\S+\s+users:\(\("([^"]+)",pid=(\d+)/g);
  return new Map(
    [...lines].map(([, port, name = '', pid]) => [Number(port), { name, pid: Number(pid) }]),
  );
}

/** One line a field: p123 the process, cnode its name, n127.0.0.1:8080 an address of it. */
function readLsof(text: string): Map<number, Program> {
  const found = new Map<number, Program>();
  let program: Program = { name: '', pid: 0 };
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) program = { name: '', pid: Number(value) };
    if (line.startsWith('c')) program.name = value;
    if (line.startsWith('n')) found.set(Number(value.split(':').at(-1)), program);
  }
  return found;
}

/** "TCP  127.0.0.1:8080  0.0.0.0:0  LISTENING  123", with the state in the system's language; and "node.exe","123",… */
function readNetstat(connections: string, tasks: string): Map<number, Program> {
  const rows = tasks.matchAll(/^"([^"]+)","(\d+)"/gm);
  const names = new Map([...rows].map(([, name = '', pid]) => [Number(pid), name]));
  const lines = connections.matchAll(/^\s*TCP\s+\S+:(\d+)\s+\S+:0\s+\S+\s+(\d+)\s*$/gm);
  return new Map(
    [...lines].map(([, port, id]) => {
      const pid = Number(id);
      return [Number(port), { name: names.get(pid) ?? 'a program', pid }];
    }),
  );
}

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
