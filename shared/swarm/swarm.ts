import { setTimeout as pause } from 'node:timers/promises';
import { ALERT_NAME, fireAndResolve, sayLeftOut } from '../demo/index.ts';
import { announce, ensureEngine, MachineFault, WrongResult } from '../engine/index.ts';
import { localized } from '../language.ts';
import { carryImages, deploy, joinMachines, prepareImages } from './deploy.ts';
import { leftovers, removeLeftovers } from './leftovers.ts';
import { withoutOne } from './loss.ts';
import { type Machine, startMachines } from './machines.ts';
import { becomeOwner, otherOwner, whyNotHere } from './needs.ts';
import { describeTasks, type SwarmReport } from './report.ts';
import { nodeToLose, type Task } from './tasks.ts';

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
  const other = otherOwner();
  const reason = other ? `process ${other} has already made three of it` : await whyNotHere();
  if (reason) throw new MachineFault('no-swarm', { reason });
  await ensureEngine();
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
    seconds[localized(english, chinese)] = (Date.now() - start) / 1_000;
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
    carryImages(machines, prepared, signal),
  );
  await phase('Joining them to a Swarm', '組成 Swarm', () => joinMachines(machines, signal));
  const before = await phase('Deploying the stack', '部署 stack', () =>
    deploy(first, file, prepared, signal),
  );
  print(describeTasks(before));
  const lost = machines.find(({ name }) => name === nodeToLose(before));
  if (!lost) throw noneToLose(before);

  const { watched, waitForCluster, lose, settled } = await withoutOne(
    machines,
    before,
    lost,
    signal,
  );
  await waitForCluster();
  const start = Date.now();
  const run = await fireAndResolve(watched, { print, signal, fail: false, whenPending: lose });
  const after = await settled();
  // A second message would come with the next look at the group.
  const { groupInterval, peerTimeout = 0 } = run.timing;
  await pause(1_000 * (groupInterval + peerTimeout), undefined, { signal });
  seconds[localized('Losing a machine under load', '在負載下失去一台機器')] =
    (Date.now() - start) / 1_000;
  const titles = (await watched.inbox.messages()).map(({ title }) => title ?? '');
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
