import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { goTo, reset, undo } from './index.ts';
import { smallWorkshop, stateOf } from './test-tree.ts';

/** A real disk of 1 MB, which only root on Linux can make; undefined where there can be none. */
const disk = smallDisk();

describe.skipIf(!disk)(
  `A full disk${disk ? '' : ' (needs root on Linux, to make a small one)'}`,
  () => {
    afterAll(() => {
      execaSync('umount', [disk ?? '']);
      rmSync(disk ?? '', { recursive: true });
    });

    it.each([
      ['reset', (root: string) => reset(root, 1)],
      ['goto', (root: string) => goTo(root, 3)],
      ['undo', (root: string) => undo(root)],
    ])(
      '%s on a disk that fills up changes no byte; with room it succeeds',
      async (name, command) => {
        let failures = 0;
        for (let free = 0, ok = false; !ok; free += 1) {
          using workshop = smallWorkshop(disk);
          workshop.write('steps/01-app/large.bin', Buffer.alloc(20_000, 1));
          if (name === 'undo') await reset(workshop.root, 1);
          workshop.write('steps/01-app/mine.txt', 'mine\n');
          const before = stateOf(workshop.at('steps'));
          const { bavail, bsize } = statfsSync(workshop.root);
          const filling = Buffer.alloc(Math.max(0, bavail - free) * bsize);
          workshop.write('filling.bin', filling);

          const error = await command(workshop.root).then(
            () => undefined,
            (failure: Error) => failure,
          );

          ok = error === undefined;
          if (ok) break;
          failures += 1;
          expect(error).toMatchObject({ exitCode: 2 });
          expect(error?.message).toContain('nothing has changed: no space is left on the disk');
          expect(stateOf(workshop.at('steps'))).toEqual(before);
        }
        expect(failures).toBeGreaterThan(3);
      },
    );
  },
);

function smallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const mount = execaSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], {
    reject: false,
  });
  if (!mount.failed) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}
