import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { docker } from '../engine/index.ts';
import { localImages } from '../images/index.ts';
import { firstBuilds, titleOf } from '../images/needed/index.ts';
import { neededForClass } from '../learner/doctor/index.ts';
import { ROOT } from '../root.ts';
import { orFull } from './target.ts';
import { smallStick, testFolder } from './test-stick.ts';

const runClass = (...words: string[]) =>
  execa('npm', ['run', '--silent', 'class', ...words], { cwd: ROOT, reject: false });

describe('A machine that is prepared', () => {
  it('has all that can be had, says what it lacks, and the second time only looks', async () => {
    const builds = firstBuilds(ROOT).map(({ full }) => full);
    await docker(['rmi', '--force', builds[0] ?? '']);

    const first = await runClass('prepare');
    const second = await runClass('prepare');

    const needed = neededForClass(ROOT);
    const here = await localImages(needed.map(({ full }) => full));
    expect([...here.keys()]).toEqual(expect.arrayContaining(builds));
    expect(first.stderr).toContain('first build of app');
    expect(second.stderr).not.toContain('first build of app');
    for (const one of needed)
      expect(second.stdout).toContain(`${here.has(one.full) ? '✓' : '✗'} ${titleOf(one)} `);
    const isWhole = here.size === needed.length;
    expect(second.exitCode).toBe(isWhole ? 0 : 2);
    expect(second.stdout).toMatch(isWhole ? /✓ Ready for the class/ : /✗ Ready for the class/);
  });

  it('that was stopped while it built goes on there', async () => {
    const [build = ''] = firstBuilds(ROOT).map(({ full }) => full);
    await docker(['rmi', '--force', build]);
    const words = [join(ROOT, 'shared/start.js'), 'class', 'prepare'];

    const stopped = execa('node', words, { cwd: ROOT, reject: false, env: { NO_COLOR: '1' } });
    stopped.stderr.on('data', (text) => {
      if (`${text}`.includes('first build of')) stopped.kill('SIGKILL');
    });
    const { signal } = await stopped;
    const again = await runClass('prepare');

    expect([signal, (await localImages([build])).size]).toEqual(['SIGKILL', 1]);
    expect(again.stdout).toMatch(/✓ first build of app /);
  });
});

describe('A stick', () => {
  it('that fills up while it is written is named, with the room that is needed', async ({
    skip,
  }) => {
    const home = testFolder('full');
    const mount = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', home];
    const mounted = await execa('mount', mount, { reject: false });
    try {
      if (mounted.failed) skip('this user may not mount a small disk');
      const writing = orFull(home, 1e6, () => writeFile(join(home, 'image'), Buffer.alloc(4e6)));

      const message = expect.stringMatching(/needs 1 MB, and where .* lies, 2 MB are free/);
      await expect(writing).rejects.toMatchObject({ id: 'stick-full', message });
    } finally {
      await execa('umount', [home], { reject: false });
    }
  });

  it('that is too small is refused, with what is needed and what is there', async ({ skip }) => {
    const home = testFolder('small');
    const mount = ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', home];
    const mounted = await execa('mount', mount, { reject: false });
    try {
      if (mounted.failed) skip('this user may not mount a small disk');
      const { exitCode, stderr } = await runClass('pack', join(home, 'stick'));

      expect(stderr).toMatch(/needs \d{3,} MB, and where .* lies, 8 MB are free/);
      expect([exitCode, await readdir(home)]).toEqual([2, []]);
    } finally {
      await execa('umount', [home], { reject: false });
    }
  });

  it('with images for another processor is refused, and nothing is loaded', async () => {
    const stick = await smallStick({ arch: 's390x' });

    const { exitCode, stderr } = await runClass('unpack', stick);

    expect(stderr).toContain('The images on this stick are for s390x processors');
    expect(exitCode).toBe(2);
  });
});
