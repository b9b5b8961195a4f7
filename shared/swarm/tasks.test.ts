import { describe, expect, it } from 'vitest';
import { whyNotHere } from './needs.ts';
import { nodeToLose, readTasks, tasksByNode } from './tasks.ts';

/** As `docker stack ps --format json` prints them. */
const line = (Name: string, Node: string, more: object = {}) =>
  JSON.stringify({
    ...{ Name, Node, DesiredState: 'Running', CurrentState: 'Running 5 seconds ago' },
    ...{ Error: '', Ports: '', ...more },
  });

const LINES = [
  line('workshop_prometheus.1', 'node-2', { Ports: '*:9090->9090/tcp,*:9090->9090/tcp' }),
  line('workshop_alertmanager.1', 'node-2'),
  line('workshop_prometheus-2.1', 'node-1'),
  line('workshop_alertmanager-2.1', 'node-1'),
  line('workshop_inbox.1', 'node-1'),
  line('workshop_node-exporter.k2j4x8', 'node-2'),
  line('workshop_app.2', '', { CurrentState: 'Pending 1 second ago', Error: 'no suitable node' }),
  line('workshop_app.1', 'node-3', { DesiredState: 'Shutdown' }),
];

describe('The tasks of a stack', () => {
  const tasks = readTasks(LINES.join('\n'), 'workshop');

  it('are those that Swarm wants, each with its machine and its ports', () => {
    expect(Object.fromEntries(tasksByNode(tasks))).toEqual({
      '': ['app.2'],
      'node-1': ['alertmanager-2.1', 'inbox.1', 'prometheus-2.1'],
      'node-2': ['alertmanager.1', 'node-exporter', 'prometheus.1'],
    });
    expect(tasks.find(({ name }) => name === 'prometheus.1')).toMatchObject({
      ...{ service: 'prometheus', slot: true, ports: [9090, 9090] },
    });
    expect(tasks.find(({ name }) => name === 'app.2')?.error).toBe('no suitable node');
  });

  it('say which machine can be lost: one with a Prometheus and an Alertmanager, without the inbox', () => {
    const withoutAlertmanager = tasks.filter(({ name }) => name !== 'alertmanager.1');

    expect(nodeToLose(tasks)).toBe('node-2');
    expect(nodeToLose(withoutAlertmanager)).toBeUndefined();
  });
});

describe('A machine that cannot be three says why', () => {
  const GIB = 1_024 ** 3;
  const enough = { platform: 'linux', uid: 0, memory: 8 * GIB, disk: 80 * GIB };

  it.each([
    ['is not Linux', { platform: 'darwin' }, /thing of Linux, and this is darwin/],
    ['is used by somebody who is not root', { uid: 1_000 }, /only root/],
    ['has too little memory', { memory: 1.5 * GIB }, /2\.5 GiB of memory, and 1\.5 GiB is free/],
    ['has too little room on its disk', { disk: GIB }, /6 GiB in \/var\/tmp, and 1\.0 GiB is free/],
  ])('where it %s', async (_, lack, words) => {
    // Which programs are there comes before memory and disk, so those that are not Linux may differ.
    const reason = await whyNotHere({ ...enough, ...lack });

    expect(reason).toMatch(process.platform === 'linux' ? words : /./);
  });
});
