import { setTimeout as pause } from 'node:timers/promises';
import {
  ALERT_NAME,
  fireAndResolve,
  sayLeftOut,
  type Timeline,
  type Watched,
} from '../demo/index.ts';
import { announce, ensureEngine, MachineFault, WrongResult } from '../engine/index.ts';
import { localized } from '../language.ts';
import { serversAt, waitFor } from '../stack/index.ts';
import {
  carryImages,
  deploy,
  joinMachines,
  peerTimeout,
  prepareImages,
  tasksOf,
} from './deploy.ts';
import { leftovers, removeLeftovers } from './leftovers.ts';
import { type Machine, startMachines } from './machines.ts';
import { becomeOwner, refuseSecond, whyNotHere } from './needs.ts';
import { describeTasks, type SwarmReport } from './report.ts';
import { isOfKind, isRunning, nodeToLose, type Task, tasksByNode } from './tasks.ts';

/** A manager calls a machine down when it has heard nothing for so long, and a little. Seconds. */
const DOWN_LIMIT = 60;

export interface SwarmOptions {
  /** The stack file. */
  file: string;
  print: (line: string) => void;
  signal: AbortSignal;
}

/**
 * The main job once more, on three machines that are made of this one: the stack is deployed, load fires the alert, a
 * machine is lost before anybody was told, the message arrives all the same, the alert resolves.
 *
 * @throws Fault when this machine or the stack is in the way; in any case nothing is left
 */
export async function swarm({ file, print, signal }: SwarmOptions): Promise<SwarmReport> {
  const reason = await whyNotHere();
  if (reason) throw new MachineFault('no-swarm', { reason });
  await ensureEngine();
  refuseSecond();
  const removing = localized('Removing the machines', '移除所有機器');
  if ((await leftovers()).length > 0) {
    const former = localized('what a former run has left', '上一次執行留下的東西');
    await announce(`${removing}: ${former}`, removeLeftovers);
  }
  try {
    becomeOwner();
    return await loseOne({ file, print, signal });
  } finally {
    await announce(removing, removeLeftovers);
  }
}

async function loseOne({ file, print, signal }: SwarmOptions): Promise<SwarmReport> {
  const seconds: Record<string, number> = {};
  const phase = async <T>(english: string, chinese: string, work: () => Promise<T>): Promise<T> => {
    const start = Date.now();
    const result = await announce(localized(english, chinese), work);
    seconds[english] = (Date.now() - start) / 1_000;
    return result;
  };
  const machines = await phase('Starting three engines', '啟動三個引擎', () =>
    startMachines(signal),
  );
  const first = machines[0] as Machine;
  const prepared = await phase('Preparing the images', '準備映像檔', () =>
    prepareImages(file, signal),
  );
  sayLeftOut(prepared.leftOut, print);
  await phase('Carrying the images to each', '把映像檔送到每一台', () =>
    carryImages(machines, prepared.names, signal),
  );
  await phase('Joining them to a Swarm', '組成 Swarm', () => joinMachines(machines, signal));
  const before = await phase('Deploying the stack', '部署 stack', () =>
    deploy(first, file, prepared, signal),
  );
  print(describeTasks(before));
  const lost = machines.find(({ name }) => name === nodeToLose(before));
  if (!lost) throw noneToLose(before);

  const { watched, lose } = await watch(machines, before, lost, signal);
  const start = Date.now();
  const [, lastBefore] = await Promise.all([
    watched.prometheus.now(),
    watched.inbox.messages().then((all) => all.at(-1)?.id ?? 0),
  ]);
  const run = await fireAndResolve(watched, { print, signal, fail: false, whenPending: lose.now });
  const after = await lose.settled();
  // One that is told twice would be told again with the next look at the group.
  await pause((run.timing.groupInterval + (run.timing.peerTimeout ?? 0)) * 1_000, undefined, {
    signal,
  });
  seconds['Losing a machine under load'] = (Date.now() - start) / 1_000;
  const titles = (await watched.inbox.messages(lastBefore)).map(({ title }) => title ?? '');
  const count = (title: string) => titles.filter((one) => one === title).length;
  const messages = {
    firing: count(`FIRING: ${ALERT_NAME}`),
    resolved: count(`RESOLVED: ${ALERT_NAME}`),
    others: titles.filter((title) => !title.endsWith(`: ${ALERT_NAME}`)),
  };
  return {
    ...run,
    ok: run.ok && messages.firing === 1 && messages.resolved === 1,
    ...{ messages, lost: lost.name, before, after, seconds },
    images: prepared.images,
    leftOut: Object.fromEntries(prepared.leftOut),
  };
}

/** The system as one sees it who does not depend on the machine that is lost. */
async function watch(machines: Machine[], tasks: Task[], lost: Machine, signal: AbortSignal) {
  const left = tasks.filter(({ node }) => node !== lost.name);
  const urlAmong = (some: Task[]) => async (kind: string) => {
    const task = some.find((one) => isOfKind(kind, one) && one.ports.length > 0);
    const machine = machines.find(({ name }) => name === task?.node);
    if (task && machine) return `http://${machine.address}:${task.ports[0]}`;
    throw new Error(`No task of ${kind} publishes a port`);
  };
  const url = urlAmong(left);
  const { prometheus, inbox, alert } = serversAt(url);
  const other = serversAt(urlAmong(tasks.filter(({ node }) => node === lost.name)));
  const timeout = await peerTimeout(machines[0] as Machine);
  let crossedThere = Number.POSITIVE_INFINITY;
  let settled: Promise<Task[]> | undefined;
  const watched: Watched = {
    ...{ url, prometheus, inbox },
    alert: (name) => {
      const journey = alert(name);
      return {
        ...journey,
        timing: async () => ({ ...(await journey.timing()), peerTimeout: timeout }),
        // The message may come from the alert of the Prometheus that is lost.
        crossedAt: async (from, to) => Math.min(crossedThere, await journey.crossedAt(from, to)),
      };
    },
  };
  const manager = machines.find((machine) => machine !== lost) as Machine;
  const lose = {
    now: async (timeline: Timeline) => {
      const now = await prometheus.now();
      crossedThere = await other
        .alert(ALERT_NAME)
        .crossedAt(now - DOWN_LIMIT, now)
        .catch(() => crossedThere);
      await lost.lose();
      const what = localized(
        `${lost.name}: its engine and its containers are killed`,
        `${lost.name}：它的引擎和容器都被終止`,
      );
      timeline.add('node lost', `${what}\n${tasksByNode(tasks).get(lost.name)?.join(', ')}`);
      settled = noticed(manager, tasks, lost, timeline, signal);
      settled.catch(() => {});
    },
    /** What runs where, when Swarm has noticed. */
    settled: async () => settled ?? tasks,
  };
  return { watched, lose };
}

/** Waits until Swarm calls the machine down, and says what became of its tasks. */
async function noticed(
  { docker }: Machine,
  before: Task[],
  { name }: Machine,
  timeline: Timeline,
  signal: AbortSignal,
): Promise<Task[]> {
  const gone = before.filter((task) => task.node === name).map((task) => task.name);
  const after = await waitFor({
    what: `Swarm to call ${name} down`,
    withinSeconds: DOWN_LIMIT,
    look: () => tasksOf(docker),
    // What has no machine to go to waits, and what has one runs.
    until: (tasks) =>
      tasks.every((task) => task.node !== name && (task.node === '' || isRunning(task))),
    every: 500,
    signal,
  });
  const became = after.filter((task) => gone.includes(task.name));
  const waits = localized('waits for a machine', '等待機器');
  timeline.add(
    'node down',
    became.map((task) => `${task.name} → ${task.node || `${waits}: ${task.error}`}`).join('\n'),
  );
  return after;
}

function noneToLose(tasks: Task[]): WrongResult {
  return new WrongResult(
    localized(
      `No machine has a Prometheus and an Alertmanager and not the inbox:\n${describeTasks(tasks)}`,
      `沒有一台機器有 Prometheus 和 Alertmanager，而沒有收件匣：\n${describeTasks(tasks)}`,
    ),
    localized(
      'Spread the tasks in stack.yaml: docs/swarm.md',
      '在 stack.yaml 裡把工作分散開來：docs/zh-TW/swarm.md',
    ),
  );
}
