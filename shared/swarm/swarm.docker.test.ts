import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sawLine } from '../demo/tests/test-saw-line.ts';
import { ROOT } from '../root.ts';
import { leftovers, removeLeftovers, type SwarmReport, whyNotHere } from './index.ts';

const LIMIT = 600_000;

describe('npm run swarm', () => {
  beforeEach(async (context) => {
    const reason = await whyNotHere();
    context.skip(reason !== undefined, `three machines cannot be made of this one: ${reason}`);
  });
  afterAll(async () => {
    if ((await whyNotHere()) === undefined) await removeLeftovers();
  });

  it('Ctrl-C while the images are carried leaves nothing', async () => {
    const running = start();
    await sawLine(running, /Carrying the images/);
    expect((await leftovers()).map((name) => basename(name))).toContain('workshop-swarm');

    running.kill('SIGINT');
    const { exitCode, stderr } = await running;

    expect(exitCode).toBe(130);
    expect(stderr).toContain('Everything that was started is removed');
    expect(await leftovers()).toEqual([]);
  });

  it('a second one at the same time is refused, and one that is killed takes its engines with it', async () => {
    const running = start();
    await sawLine(running, /Carrying the images/);

    const second = await start();
    running.kill('SIGKILL');
    await running;

    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(/process \d+ has already made three of it/);
    await expect
      .poll(async () => (await leftovers()).filter((name) => name.startsWith('process')))
      .toEqual([]);
    expect(await leftovers()).toContain('/var/tmp/workshop-swarm');
  });

  it(
    'a machine is lost under load, and the alert is told once and resolved once',
    async () => {
      const result = await start('--json');

      const report: SwarmReport = JSON.parse(result.stdout);
      expect(report).toMatchObject({
        ok: true,
        lost: 'node-2',
        messages: { firing: 1, resolved: 1 },
        thresholdToMessage: { inside: true },
        loadEndToResolved: { inside: true },
      });
      const nodesOf = (kind: string) =>
        report.before.filter(({ service }) => service.startsWith(kind)).map(({ node }) => node);
      expect(nodesOf('prometheus').sort()).toEqual(['node-2', 'node-3']);
      expect(nodesOf('alertmanager').sort()).toEqual(['node-2', 'node-3']);
      expect(new Set(nodesOf('app')).size).toBe(2);
      expect(nodesOf('node-exporter').sort()).toEqual(['node-1', 'node-2', 'node-3']);
      // What keeps data waits for its machine; the app does not.
      const after = new Map(report.after.map(({ name, node }) => [name, node]));
      expect(after.get('prometheus.1')).toBe('');
      expect(after.get('alertmanager.1')).toBe('');
      expect(
        [...after].filter(([name, node]) => name.startsWith('app') && node !== ''),
      ).toHaveLength(2);
      expect([...after.values()]).not.toContain('node-2');
      const events = report.timeline.map(({ event }) => event);
      expect(events.indexOf('node lost')).toBeLessThan(events.indexOf('message'));
      expect(events).toContain('node down');
      expect(await leftovers()).toEqual([]);
    },
    LIMIT,
  );
});

const start = (...args: string[]) =>
  execa(process.execPath, [join('shared', 'start.js'), 'swarm', ...args], {
    ...{ cwd: ROOT, reject: false, all: true },
  });
