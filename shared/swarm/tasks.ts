import { z } from 'zod';

/** What `docker stack ps` says of a task. */
const line = z.object({
  Name: z.string(),
  Node: z.string(),
  DesiredState: z.string(),
  CurrentState: z.string(),
  Error: z.string(),
  Ports: z.string(),
});

/** One container that Swarm wants to run, and where it does. */
export interface Task {
  service: string;
  /** With its number, where the service has several: app.2 */
  name: string;
  /** False for what runs once on each machine. */
  slot: boolean;
  /** Empty while no machine is fit for it. */
  node: string;
  /** Such as "Running 5 seconds ago". */
  state: string;
  /** Why it does not run. */
  error: string;
  /** Ports of the machine. */
  ports: number[];
}

/** The tasks that Swarm wants, from the lines of `docker stack ps --format json`; those that it has given up are left out. */
export function readTasks(json: string, stack: string): Task[] {
  const lines = json.split('\n').filter(Boolean);
  return lines
    .map((text) => line.parse(JSON.parse(text)))
    .filter(({ DesiredState }) => DesiredState === 'Running')
    .map(({ Name, Node, CurrentState, Ports, ...more }) => {
      const [, service = '', number = ''] = Name.match(/^(.*)\.(\w+)$/) ?? [];
      const own = service.replace(`${stack}_`, '');
      // Of a service that runs once on each machine, the machine's id stands for the number.
      const slot = /^\d+$/.test(number);
      const name = slot ? `${own}.${number}` : own;
      const ports = [...Ports.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port));
      return {
        service: own,
        name,
        slot,
        node: Node,
        state: CurrentState,
        error: more.Error,
        ports,
      };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

export const isRunning = ({ state }: Task): boolean => state.startsWith('Running');

/** Two of a kind have one name, and the second a number: prometheus, prometheus-2. */
export const isOfKind = (kind: string, { service }: Task): boolean =>
  service === kind || new RegExp(`^${kind}-\\d+$`).test(service);

/** Machine → the names of its tasks. What waits for one stands below "". */
export function tasksByNode(tasks: Task[]): Map<string, string[]> {
  const nodes = new Map<string, string[]>();
  for (const { node, name } of tasks) nodes.set(node, [...(nodes.get(node) ?? []), name]);
  return new Map([...nodes].sort(([one], [other]) => one.localeCompare(other)));
}

/** The machine to lose: it has a Prometheus and an Alertmanager, and not the inbox, which only there is to see what arrives. */
export function nodeToLose(tasks: Task[]): string | undefined {
  const has = (node: string, kind: string) =>
    tasks.some((task) => task.node === node && isOfKind(kind, task));
  return [...tasksByNode(tasks).keys()].find(
    (node) => node && has(node, 'prometheus') && has(node, 'alertmanager') && !has(node, 'inbox'),
  );
}
