import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { pack } from './pack.ts';
import { hostPackages, imagePackages, withoutLogin } from './packages.ts';
import { computeSums, readStick, SUMS } from './stick.ts';
import { smallStick, testFolder } from './test-stick.ts';

const { signal } = new AbortController();

describe('What was packed', () => {
  it('is read when every file is as it was', async () => {
    const stick = await smallStick();

    const { images } = await readStick(stick);

    expect(images).toHaveLength(1);
  });

  it.each([
    ['an image that was cut short', 'images/prom-prometheus-v1.tar.gz', 'the by'],
    ['an image that is missing', 'images/prom-prometheus-v1.tar.gz', undefined],
    ['the clone with other bytes', 'workshop.tar', 'The bytes of workshop.tar'],
    ['the manifest, cut short', 'manifest.json', '{"arch":'],
    ['the sums, cut short', SUMS, ''],
    ['the sums, missing', SUMS, undefined],
  ])('is refused with %s, by the name of the file', async (_, name, content) => {
    const stick = await smallStick();
    if (content === undefined) await rm(join(stick, name));
    else await writeFile(join(stick, name), content);

    const refused = readStick(stick);

    await expect(refused).rejects.toMatchObject({
      id: 'torn-copy',
      message: expect.stringContaining(name),
    });
  });

  it('is read without what is hidden, which some ways to copy leave out', async () => {
    const stick = await smallStick();
    await writeFile(join(stick, '.npmrc'), 'update-notifier=false');
    await writeFile(join(stick, SUMS), await computeSums(stick));
    await rm(join(stick, '.npmrc'));

    await expect(readStick(stick)).resolves.toMatchObject({ missing: [] });
  });

  it('is not looked for in any other folder', async () => {
    const other = testFolder('other');

    await expect(readStick(other)).rejects.toMatchObject({ id: 'no-stick' });
  });

  it('says so too where nothing but Node.js is there yet', async () => {
    const stick = await smallStick();
    await cp(join(ROOT, 'shared/class/stick'), stick, { recursive: true });
    await writeFile(join(stick, 'workshop.tar'), 'the by');
    const clone = join(stick, 'clone');

    const { exitCode, stderr } = await execa('node', ['unpack.js', clone], {
      ...{ cwd: stick, reject: false, env: { WORKSHOP_LANG: 'en' } },
    });

    expect(stderr).toContain('workshop.tar is not what was packed. Copy the whole folder again');
    expect([exitCode, existsSync(clone)]).toEqual([2, false]);
  });

  it.each([
    ['SHA256SUMS is missing', 'SHA256SUMS', undefined, 'SHA256SUMS is not what was packed.'],
    ['the manifest says nothing', 'manifest.json', '{}', 'manifest.json is not what was packed.'],
    ['the target has other files', 'clone/notes.txt', 'mine', 'There is something else in '],
  ])('says what is wrong where %s, and leaves nothing', async (_, name, content, words) => {
    const stick = await smallStick();
    await cp(join(ROOT, 'shared/class/stick'), stick, { recursive: true });
    await mkdir(join(stick, 'clone'), { recursive: true });
    if (content === undefined) await rm(join(stick, name));
    else await writeFile(join(stick, name), content);
    const before = await readdir(stick, { recursive: true });

    const { exitCode, stderr } = await execa('node', ['unpack.js', join(stick, 'clone')], {
      ...{ cwd: stick, reject: false, env: { WORKSHOP_LANG: 'en' } },
    });

    expect([exitCode, stderr.trim()]).toEqual([2, expect.stringMatching(`^${words}`)]);
    expect(await readdir(stick, { recursive: true })).toEqual(before);
  });
});

describe('A clone that is there already', () => {
  it('stays as it is, and whoever unpacks reads that the stick has another', async () => {
    const stick = await smallStick();
    await cp(join(ROOT, 'shared/class/stick'), stick, { recursive: true });
    const clone = join(stick, 'clone');
    for (const folder of ['shared', 'node_modules'])
      await mkdir(join(clone, folder), { recursive: true });
    await writeFile(join(clone, 'node_modules/.package-lock.json'), '{}');
    await writeFile(join(clone, 'shared/start.js'), "console.log('It goes on.');");
    const git = (...words: string[]) => execa('git', words, { cwd: clone });
    await git('init', '--quiet');
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    await git(...author, 'commit', '--quiet', '--allow-empty', '--message', 'Work');
    const { stdout: head } = await git('rev-parse', 'HEAD');

    const { exitCode, stdout } = await execa('node', ['unpack.js', clone], {
      ...{ cwd: stick, reject: false, env: { WORKSHOP_LANG: 'en' } },
    });

    expect(stdout).toContain(`is at ${head.slice(0, 8)}, that of this folder at 00000000.`);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('It goes on.')]);
    expect((await git('rev-parse', 'HEAD')).stdout).toBe(head);
  });
});

describe('The folder for the class', () => {
  it.each([
    ['a folder with something in it', 'full', /something in it already/],
    ['a file', 'full/file', /a file has this name/],
    ['a folder below a file', 'full/file/folder', /a file has this name/],
  ])('is not %s, and nothing is written', async (_, name, reason) => {
    const home = testFolder('pack');
    await mkdir(join(home, 'full'));
    await writeFile(join(home, 'full/file'), 'mine');

    const packing = pack(ROOT, join(home, name), signal);

    const message = expect.stringMatching(reason);
    await expect(packing).rejects.toMatchObject({ id: 'stick-folder', message });
    expect(await readdir(home, { recursive: true })).toEqual(['full', join('full', 'file')]);
    expect(await readFile(join(home, 'full/file'), 'utf8')).toBe('mine');
  });

  it('is not begun without a clone', async () => {
    const home = testFolder('no-clone');

    const packing = pack(home, join(home, 'stick'), signal);

    await expect(packing).rejects.toMatchObject({ id: 'stick-needs-git' });
    expect(await readdir(home)).toEqual([]);
  });

  // The file system of the kernel lets nobody make a folder, not even root.
  it.skipIf(process.platform !== 'linux')('is not where nobody may write', async () => {
    const packing = pack(ROOT, '/sys/class-stick', signal);

    const message = expect.stringMatching(/may not write there|can only be read/);
    await expect(packing).rejects.toMatchObject({ id: 'stick-folder', message });
  });

  it('has the packages for each system that somebody may bring, and for no other', async () => {
    const packages = await hostPackages(ROOT);

    for (const system of ['linux', 'darwin', 'win32'])
      for (const cpu of ['x64', 'arm64'])
        for (const name of [`@esbuild/${system}-${cpu}`, `@biomejs/cli-${system}-${cpu}`])
          expect(packages.some((spec) => spec.startsWith(`${name}@`))).toBe(true);
    expect(packages.filter((spec) => /android|freebsd|riscv64/.test(spec))).toEqual([]);
    expect(await imagePackages(ROOT)).toContain('express@5.3.0');
  });

  it.each([
    ['https://me:secret@registry.example/npm/', 'https://registry.example/npm/'],
    ['https://registry.example/', 'https://registry.example/'],
    ['git@host.example:workshop.git', 'git@host.example:workshop.git'],
  ])('has no password of anybody: %s', (address, handedOn) => {
    expect(withoutLogin(address)).toBe(handedOn);
  });
});
