import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEPS } from '../verify/index.ts';
import { goTo, reset, undo } from './index.ts';
import { smallWorkshop, stateOf, type Workshop } from './test-tree.ts';

const IDS = STEPS.slice(0, 3);
const WINDOWS = process.platform === 'win32';

type Edit =
  | { do: 'write'; step: number; path: string; content: Uint8Array; readOnly: boolean }
  | { do: 'make folder' | 'link' | 'remove'; step: number; path: string };

type Action =
  | Edit
  | { do: 'progress'; step: number; count: number }
  | { do: 'reset' | 'goto'; step: number }
  | { do: 'undo' };

/** A name that every system allows, and none of those that are left alone on purpose. */
const name = fc.oneof(
  fc.constantFrom(
    'app',
    'main.ts',
    'README.md',
    'port.txt',
    '.npmrc',
    'my notes.md',
    'ünï 測試',
    'a',
    'A',
  ),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .map((text) => `_${text.replaceAll(/[\p{Cc}<>:"/\\|?*]/gu, '-')}_`),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const step = fc.integer({ min: 1, max: IDS.length });

const edit = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    step,
    path,
    content: fc.uint8Array({ maxLength: 40 }),
    readOnly: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('make folder' as const, 'remove' as const), step, path }),
  fc.record({ do: fc.constant('progress' as const), step, count: fc.nat(3) }),
  // Windows lets only administrators make links.
  ...(WINDOWS ? [] : [fc.record({ do: fc.constant('link' as const), step, path })]),
);
const change = fc.record({ do: fc.constantFrom('reset' as const, 'goto' as const), step });
const takeBack = fc.record({ do: fc.constant('undo' as const) });

describe('Whatever a learner does', () => {
  it('every state before a command can be brought back, whatever follows', async () => {
    const actions = fc.array(fc.oneof({ weight: 4, arbitrary: edit }, change, takeBack), {
      minLength: 4,
      maxLength: 16,
    });

    await fc.assert(
      fc.asyncProperty(actions, async (sequence) => {
        using workshop = smallWorkshop();
        const kept: { snapshot: string; states: string[]; concerned: number[] }[] = [];
        for (const action of sequence) {
          const states = statesOf(workshop);
          const known = snapshotsIn(workshop);
          await act(workshop, action);
          const [snapshot] = snapshotsIn(workshop).filter((one) => !known.includes(one));
          const after = statesOf(workshop);
          const concerned = [...states.keys()].filter((index) => states[index] !== after[index]);
          if (snapshot) kept.push({ snapshot, states, concerned });
          else if (isCommand(action)) expect(after).toEqual(states);
        }

        for (const { snapshot, states, concerned } of kept) {
          await undo(workshop.root, snapshot);

          const restored = statesOf(workshop);
          for (const index of concerned) expect(restored[index]).toEqual(states[index]);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('each undo takes back one command, the last first', async () => {
    const rounds = fc.array(fc.tuple(fc.array(edit, { maxLength: 6 }), change), {
      minLength: 1,
      maxLength: 4,
    });

    await fc.assert(
      fc.asyncProperty(rounds, async (sequence) => {
        using workshop = smallWorkshop();
        const kept: { states: string[]; concerned: number[] }[] = [];
        for (const [edits, command] of sequence) {
          for (const action of edits) await act(workshop, action);
          const states = statesOf(workshop);
          const known = snapshotsIn(workshop).length;
          await act(workshop, command);
          if (snapshotsIn(workshop).length === known) continue;
          const after = statesOf(workshop);
          const concerned = [...states.keys()].filter((index) => states[index] !== after[index]);
          kept.push({ states, concerned });
        }

        for (const { states, concerned } of kept.reverse()) {
          await undo(workshop.root);

          const restored = statesOf(workshop);
          for (const index of concerned) expect(restored[index]).toEqual(states[index]);
        }
        await expect(undo(workshop.root)).rejects.toThrow('nothing left to undo');
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

/** What each step is, with its progress. */
const statesOf = ({ at }: Workshop): string[] =>
  IDS.map((id) => {
    const progress = stateOf(at('.workshop/progress'))[`${id}.yaml`];
    return JSON.stringify({ files: stateOf(at('steps', id)), progress }, null, 1);
  });

const snapshotsIn = ({ at }: Workshop): string[] =>
  existsSync(at('.workshop/snapshots')) ? readdirSync(at('.workshop/snapshots')) : [];

const isCommand = (action: Action): boolean => ['reset', 'goto', 'undo'].includes(action.do);

/** Does it, if it can be done. */
async function act({ root, at, write }: Workshop, action: Action): Promise<void> {
  const id = 'step' in action ? IDS[action.step - 1] : undefined;
  switch (action.do) {
    case 'reset':
      await reset(root, action.step);
      break;
    case 'goto':
      await goTo(root, action.step);
      break;
    case 'undo':
      await undo(root).catch(expectNothingLeft);
      break;
    case 'progress':
      write(`.workshop/progress/${id}.yaml`, `hints: { task: ${action.count} }\n`);
      break;
    default:
      try {
        typeIn(action, `steps/${id}/${action.path}`);
      } catch (error) {
        // A file cannot be written where a folder is, nor below a file, nor removed where there is none.
        expect((error as { code?: string }).code).toMatch(/EEXIST|ENOTDIR|EISDIR|ENOENT/);
      }
  }

  function typeIn(action: Edit, path: string): void {
    if (action.do === 'remove') rmSync(at(path), { recursive: true });
    if (action.do === 'make folder') mkdirSync(at(path), { recursive: true, mode: 0o750 });
    if (action.do === 'write')
      write(path, Buffer.from(action.content), action.readOnly ? 0o444 : 0o600);
    if (action.do === 'link') {
      mkdirSync(dirname(at(path)), { recursive: true });
      symlinkSync('../../solutions', at(path));
    }
  }
}

function expectNothingLeft(error: Error): void {
  expect(error.message).toBe('There is nothing left to undo.');
}
