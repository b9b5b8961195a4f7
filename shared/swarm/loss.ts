import { ALERT_NAME, type Timeline, type Watched } from '../demo/index.ts';
import { localized } from '../language.ts';
import { serversAt, waitFor } from '../stack/index.ts';
import { fetchTasks, peerTimeout } from './deploy.ts';
import type { Machine } from './machines.ts';
import { isOfKind, isRunning, type Task } from './tasks.ts';

/** A manager calls a machine down when it has heard nothing for some 15 s, and then looks for another. Seconds. */
const DOWN_LIMIT = 60;

/** Two that have just started know each other after so many seconds at most. */
const CLUSTER_LIMIT = 60;

/** The system without one machine: what is watched does not depend on it, and it can be lost. */
export async function withoutOne(
  machines: Machine[],
  tasks: Task[],
  lost: Machine,
  signal: AbortSignal,
) {
  const [manager] = machines.filter((machine) => machine !== lost) as [Machine];
  const on = (some: Task[]) => async (kind: string) => {
    const task = some.find((one) => isOfKind(kind, one) && one.ports.length > 0);
    const machine = machines.find(({ name }) => name === task?.node);
    if (task && machine) return `http://${machine.address}:${task.ports[0]}`;
    throw new Error(`No task of ${kind} publishes a port`);
  };
  const url = on(tasks.filter(({ node }) => node !== lost.name));
  const { prometheus, inbox, alert } = serversAt(url);
  const gone = tasks.filter(({ node }) => node === lost.name);
  const there = serversAt(on(gone)).alert(ALERT_NAME);
  const timeout = await peerTimeout(manager);
  let crossedThere = Number.POSITIVE_INFINITY;
  let settled: Promise<Task[]> | undefined;

  const watched: Watched = {
    ...{ url, prometheus, inbox },
    alert: (name) => {
      const journey = alert(name);
      return {
        ...journey,
        timing: async () => ({ ...(await journey.timing()), peerTimeout: timeout }),
        // The message may come from what the other Prometheus has seen before it was lost.
        crossedAt: async (from, to) => Math.min(crossedThere, await journey.crossedAt(from, to)),
      };
    },
  };
  return {
    watched,
    /** Alertmanagers that do not know each other each send every message. */
    waitForCluster: () =>
      waitFor({
        what: 'the Alertmanagers to know each other',
        withinSeconds: CLUSTER_LIMIT,
        look: () => prometheus.query('min(alertmanager_cluster_members)'),
        until: ([seen]) =>
          Number(seen?.value[1]) === tasks.filter((it) => isOfKind('alertmanager', it)).length,
        signal,
      }),
    lose: async (timeline: Timeline) => {
      const now = await prometheus.now();
      crossedThere = await there.crossedAt(now - DOWN_LIMIT, now).catch(() => crossedThere);
      await lost.lose();
      const killed = localized('its engine and its containers', '它的引擎和容器');
      const names = gone.map(({ name }) => name).join(', ');
      timeline.add('node lost', `${lost.name}, ${killed}: SIGKILL\n${names}`);
      settled = settle(manager, lost.name, gone, timeline, signal);
      settled.catch(() => {});
    },
    /** What runs where, when Swarm has noticed. */
    settled: async () => settled ?? tasks,
  };
}

/** Waits until Swarm has noticed that a machine is gone, and says what became of its tasks. */
async function settle(
  { docker }: Machine,
  name: string,
  gone: Task[],
  timeline: Timeline,
  signal: AbortSignal,
): Promise<Task[]> {
  // What runs once on each machine does not come again.
  const wanted = gone.filter((task) => task.slot).map((task) => task.name);
  const became = (tasks: Task[]) => tasks.filter((task) => wanted.includes(task.name));
  const tasks = await waitFor({
    what: `Swarm to notice that ${name} is gone`,
    withinSeconds: DOWN_LIMIT,
    look: () => fetchTasks(docker),
    // What has a machine to go to runs there; what has none waits.
    until: (all) =>
      all.every((task) => task.node !== name) &&
      became(all).length === wanted.length &&
      became(all).every((task) => task.node === '' || isRunning(task)),
    every: 1_000,
    signal,
  });
  const waits = localized('waits for its machine', '等待它的機器');
  const fates = became(tasks).map((task) => `${task.name} → ${task.node || waits}`);
  timeline.add('node down', fates.join('\n'));
  return tasks;
}
