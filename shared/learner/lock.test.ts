import { mkdirSync, utimesSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { goTo, reset, undo, withLock } from './index.ts';
import { smallWorkshop, stateOf, type Workshop } from './test-tree.ts';

const ID = '01-app';

describe('A lock on a step', () => {
  it.each([
    ['reset', (root: string) => reset(root, 1)],
    ['goto', (root: string) => goTo(root, 2)],
    ['undo', (root: string) => undo(root)],
  ])(
    '%s names the command that is at work on the step, and changes nothing',
    async (_, command) => {
      using workshop = await begun();
      const before = stateOf(workshop.at('steps'));

      const refused = withLock(workshop.root, ID, () => command(workshop.root));

      await expect(refused).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(
          `^steps/01-app is being used by another command \\(process ${process.pid}, since 20\\d\\d-`,
        ),
      });
      expect(stateOf(workshop.at('steps'))).toEqual(before);
    },
  );

  it('of two commands that start at once, one is refused', async () => {
    using workshop = await begun();

    const results = await Promise.allSettled([reset(workshop.root, 1), reset(workshop.root, 1)]);

    const refused = results.flatMap((it) => (it.status === 'rejected' ? [`${it.reason}`] : []));
    expect(refused).toEqual([expect.stringContaining('another command')]);
  });

  it('a change of one step does not block another', async () => {
    using workshop = await begun();

    const done = await withLock(workshop.root, '02-prometheus', () => reset(workshop.root, 1));

    expect(done).toContain('the starter again');
  });

  it('what is locked is named, where that is no step', async () => {
    using workshop = await begun();
    const lock = (work: () => Promise<void>) =>
      withLock(workshop.root, 'demo', work, "The demo's stack");

    const refused = lock(() => lock(async () => {}));

    await expect(refused).rejects.toThrow("The demo's stack is being used by another command");
  });

  it('the lock is gone when the work ends, even with an error', async () => {
    using workshop = await begun();
    const fail = () => Promise.reject(new Error('the work failed'));

    await expect(withLock(workshop.root, ID, fail)).rejects.toThrow('the work failed');

    expect(stateOf(workshop.at('.workshop/locks'))).toEqual({});
  });

  it('the lock of a process that is gone is taken over', async () => {
    using workshop = await begun();
    const { stdout: pid } = await execa(process.execPath, ['--print', 'process.pid']);
    workshop.write(`.workshop/locks/${ID}`, `${pid} 2026-01-01T00:00:00.000Z\n`);

    const done = await reset(workshop.root, 1);

    expect(done).toContain('the starter again');
    expect(stateOf(workshop.at('.workshop/locks'))).toEqual({});
  });

  it('an empty lock counts only for the moment that filling it takes', async () => {
    using workshop = await begun();
    workshop.write(`.workshop/locks/${ID}`, '');

    await expect(reset(workshop.root, 1)).rejects.toThrow('another command');
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(workshop.at('.workshop/locks', ID), minuteAgo, minuteAgo);

    expect(await reset(workshop.root, 1)).toContain('the starter again');
  });

  it('a file in the place of .workshop is named and exits with 2', async () => {
    using workshop = smallWorkshop();
    mkdirSync(workshop.at('steps', ID));
    workshop.write('.workshop', '');

    await expect(reset(workshop.root, 1)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('steps/01-app cannot be locked, and nothing has changed'),
    });
  });
});

/** A workshop in which each command has something to do. */
async function begun(): Promise<Workshop> {
  const workshop = smallWorkshop();
  await reset(workshop.root, 1);
  workshop.write('steps/01-app/mine.txt', 'mine\n');
  return workshop;
}
