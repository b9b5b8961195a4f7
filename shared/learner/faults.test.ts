import fs, { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { MachineFault } from '../engine/index.ts';
import { goTo, reset, undo } from './index.ts';
import { atChange, type Reach } from './test-faults.ts';
import { smallWorkshop, stateOf, type Workshop } from './test-tree.ts';

const COMMANDS: Record<string, (root: string) => Promise<string>> = {
  reset: (root) => reset(root, 1),
  goto: (root) => goTo(root, 3),
  undo: (root) => undo(root),
};

const FAULTS = [
  ['the disk is full from then on', 'ENOSPC', 'while writing', 'no space is left on the disk'],
  ['it is not allowed', 'EACCES', 'once', 'this may not be read or written'],
] as const;

const SAVED = Buffer.from('saved meanwhile\n').toString('base64');

describe.each(Object.keys(COMMANDS))('%s', (command) => {
  const run = COMMANDS[command] as (root: string) => Promise<string>;

  it.each(FAULTS)(
    'when %s at any one change of the disk, every byte stays and no lock is left',
    async (_, code, reach, meaning) => {
      let failures = 0;
      const strike = () => refuse(code, 'somewhere');
      for await (const { workshop, before, result } of atEachChange(command, reach, strike)) {
        if (typeof result === 'string') continue;
        failures += 1;
        expect(result).toBeInstanceOf(MachineFault);
        expect(`${result}`).toContain(`nothing has changed: ${meaning} (somewhere).`);
        expect(stateIn(workshop)).toEqual(before);
        expect(stateOf(workshop.at('.workshop/locks'))).toEqual({});
      }
      expect(failures).toBeGreaterThan(10);
    },
    180_000,
  );

  it('a file saved during a change that fails is kept', async () => {
    let failures = 0;
    const strike = ({ at }: Workshop) => {
      fs.writeFileSync(at('steps/01-app/app/main.ts'), 'saved meanwhile\n');
      refuse('EACCES');
    };
    for await (const { workshop, result } of atEachChange(command, 'once', strike)) {
      if (typeof result === 'string') continue;
      failures += 1;
      expect(result).toBeInstanceOf(MachineFault);
      const contents = Object.values(stateOf(workshop.root));
      expect(contents.some((it) => it.endsWith(` ${SAVED}`))).toBe(true);
    }
    expect(failures).toBeGreaterThan(10);
  }, 180_000);

  it('every byte can be brought back after a disk that becomes read-only midway', async () => {
    let halfDone = 0;
    const strike = () => refuse('EROFS');
    for await (const { workshop, before, result } of atEachChange(
      command,
      'from then on',
      strike,
    )) {
      // The lock could not be removed either, and this process lives on.
      rmSync(workshop.at('.workshop/locks'), { recursive: true, force: true });
      const isHalfDone = `${result}`.includes('stopped halfway: simulated');
      if (isHalfDone) halfDone += 1;
      else if (typeof result !== 'string') expect(stateIn(workshop)).toEqual(before);
      // Where nothing had changed, the mark of a stopped command may be left all the same: it could not be removed.
      const isMarked = await bringBack(workshop, command, before);
      if (isHalfDone) expect(isMarked).toBe(true);
    }
    expect(halfDone).toBeGreaterThan(3);
  }, 180_000);

  it('every byte can be brought back after a change that stops for ever', async () => {
    let halfway = 0;
    for (let n = 1, hasStruck = true; hasStruck; n += 1) {
      using workshop = await begun(command);
      const before = stateIn(workshop);
      {
        let stop = () => {};
        const stopped = new Promise<void>((resolve) => {
          stop = resolve;
        });
        using fault = atChange(n, 'once awaited', () => {
          stop();
          return new Promise(() => {});
        });

        await Promise.race([run(workshop.root), stopped]);

        hasStruck = fault.hasStruck();
      }
      // This process lives on, unlike one that was killed.
      rmSync(workshop.at('.workshop/locks'), { recursive: true, force: true });
      if (await bringBack(workshop, command, before)) halfway += 1;
    }
    expect(halfway).toBeGreaterThan(10);
  }, 180_000);

  it.each([20, 30, 40])(
    'every byte can be brought back after its process is killed at change %i',
    async (n) => {
      using workshop = await begun(command);
      const before = stateIn(workshop);
      const script = join(import.meta.dirname, 'test-kill.ts');
      const words = ['--import', 'tsx', script, workshop.root, command, `${n}`];

      const killed = await execa(process.execPath, words, { reject: false });

      expect(killed.failed).toBe(true);
      expect(killed.stderr).toBe('');
      await bringBack(workshop, command, before);
    },
  );
});

/** Runs a command again and again, until there are no more changes of the disk: in each run its next one is struck. */
async function* atEachChange(
  command: string,
  reach: Reach,
  strike: (workshop: Workshop) => unknown,
) {
  for (let n = 1, hasStruck = true; hasStruck; n += 1) {
    using workshop = await begun(command);
    const before = stateIn(workshop);
    let result: unknown;
    {
      using fault = atChange(n, reach, () => strike(workshop));
      result = await COMMANDS[command]?.(workshop.root).catch((failure) => failure);
      hasStruck = fault.hasStruck();
    }
    yield { workshop, before, result };
  }
}

/** What the disk says. */
function refuse(code: string, path?: string): never {
  throw Object.assign(new Error('simulated'), { code, errno: -1, path });
}

/** A workshop in which every command has files to write, to replace and to remove. */
async function begun(command: string): Promise<Workshop> {
  const workshop = smallWorkshop();
  workshop.write('steps/01-app/app/main.ts', 'mine\n');
  workshop.write('steps/01-app/my notes – 測試/été.md', 'typed\n');
  workshop.write('steps/01-app/locked.txt', 'read-only\n', 0o444);
  workshop.write('.workshop/progress/01-app.yaml', 'hints: {}\n');
  mkdirSync(workshop.at('steps/01-app/empty'));
  workshop.write('steps/02-prometheus/app/main.ts', 'mine too\n');
  mkdirSync(workshop.at('steps/03-grafana'));
  if (command !== 'undo') return workshop;
  await reset(workshop.root, 1);
  workshop.write('steps/01-app/later.txt', 'typed after the reset\n');
  return workshop;
}

/** What must not get lost: the steps and the progress. */
const stateIn = ({ at }: Workshop) => ({
  steps: stateOf(at('steps')),
  progress: stateOf(at('.workshop/progress')),
});

/**
 * Does what a learner would do after a command that was stopped, and expects what was there before it.
 *
 * @returns whether the next command said that it was stopped halfway
 */
async function bringBack({ root, at }: Workshop, command: string, before: object) {
  const state = () => stateIn({ root, at } as Workshop);
  const answer: unknown = await reset(root, 1).catch((error) => error);
  const wasHalfway = answer instanceof MachineFault;
  if (wasHalfway) {
    expect(answer.message).toMatch(/^"\w+( \d)?" was stopped halfway in steps\/01-app/);
    expect(answer.next).toBe('npm run undo');
  } else {
    expect(answer).toContain('the starter again');
  }
  await undo(root);
  // Stopped before its first change or after its last one.
  if (!wasHalfway && JSON.stringify(state()) !== JSON.stringify(before)) {
    const names = readdirSync(at('.workshop/snapshots')).sort();
    const own = names.filter((name) => name.endsWith('-undo')).at(-2);
    await undo(root, command === 'undo' ? own : undefined);
  }
  expect(state()).toEqual(before);
  return wasHalfway;
}
