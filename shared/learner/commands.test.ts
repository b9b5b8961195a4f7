import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clone, clone } from './test-clone.ts';
import { stateOf } from './test-tree.ts';

let copy: Clone;
let fresh: Record<string, string>;
const step = (...path: string[]) => join(copy.root, 'steps/01-app', ...path);
const run = (...words: string[]) => copy.run(words);
const snapshotsOf = () => readdir(join(copy.root, '.workshop/snapshots')).catch(() => []);

beforeAll(async () => {
  copy = await clone();
  fresh = stateOf(join(copy.root, 'steps'));
});
afterAll(() => copy[Symbol.dispose]());

/** Every test starts from the published steps, and without a memory. */
beforeEach(async () => {
  rmSync(join(copy.root, '.workshop'), { recursive: true, force: true });
  const changed = stateOf(join(copy.root, 'steps'));
  if (JSON.stringify(changed) === JSON.stringify(fresh)) return;
  rmSync(join(copy.root, 'steps'), { recursive: true, force: true });
  for (const [path, entry] of Object.entries(fresh)) {
    const [kind, mode, content = ''] = entry.split(' ');
    const target = join(copy.root, 'steps', path);
    if (kind === 'folder') mkdirSync(target, { recursive: true });
    else writeFileSync(target, Buffer.from(content, 'base64'));
    await chmod(target, Number.parseInt(mode ?? '', 8));
  }
});

/** What a learner leaves in step 1: edited, deleted, ignored, oddly named and read-only files. */
async function work(): Promise<Record<string, string>> {
  writeFileSync(step('app/main.ts'), 'console.log("mine");\n');
  rmSync(step('app/metrics.ts'));
  writeFileSync(step('.npmrc'), 'fund=false\n');
  writeFileSync(step('my notes – été 測試.md'), 'read me\n');
  writeFileSync(step('picture.bin'), Buffer.from([0, 255, 13, 10, 0]));
  writeFileSync(step('locked.txt'), 'do not touch\n');
  await chmod(step('locked.txt'), 0o444);
  mkdirSync(step('empty folder'));
  if (process.platform !== 'win32') symlinkSync('../../../nowhere', step('link'));
  return stateOf(step());
}

describe('npm run reset N', () => {
  it('brings the starter back, and undo brings back every byte', async () => {
    const mine = await work();

    const reset = await run('reset', '1');
    const between = stateOf(join(copy.root, 'steps'));
    const undo = await run('undo');

    expect(reset).toMatchObject({ exitCode: 0, stderr: '' });
    expect(reset.stdout).toMatch(/^Step 1: the starter again, 2 files written, \d removed$/m);
    expect(reset.stdout).toMatch(/kept as \S+-reset-1; take it back with: npm run undo$/m);
    expect(reset.stdout).toMatch(/^next: open steps\/01-app\/README.md$/m);
    expect(between).toEqual(fresh);
    expect(undo).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stateOf(step())).toEqual(mine);
  });

  it('forgets the progress of the step, and undo brings it back', async () => {
    const progress = join(copy.root, '.workshop/progress/01-app.yaml');
    mkdirSync(join(copy.root, '.workshop/progress'), { recursive: true });
    writeFileSync(progress, 'hints:\n  count: 2\n');

    await run('reset', '1');
    const isForgotten = !existsSync(progress);
    await run('undo');

    expect(isForgotten).toBe(true);
    expect(readFileSync(progress, 'utf8')).toBe('hints:\n  count: 2\n');
  });

  it('makes a missing folder', async () => {
    rmSync(step(), { recursive: true });

    const reset = await run('reset', '1');

    expect(reset.exitCode).toBe(0);
    expect(stateOf(join(copy.root, 'steps'))).toEqual(fresh);
  });

  it('leaves secrets, packages and a repository inside the step alone', async () => {
    const kept = ['secrets/grafana/admin_password', 'node_modules/a/index.js', '.git/HEAD', '.env'];
    for (const path of kept) {
      mkdirSync(step(path, '..'), { recursive: true });
      writeFileSync(step(path), 'MINE=1\n');
    }

    await run('reset', '1');
    await run('undo');
    await run('undo', '--list');

    for (const path of kept) expect(readFileSync(step(path), 'utf8')).toMatch(/^MINE=1\n/);
    const [name = ''] = await snapshotsOf();
    const copied = Object.keys(stateOf(join(copy.root, '.workshop/snapshots', name)));
    expect(copied.filter((path) => /admin_password$|node_modules|HEAD|\.env$/.test(path))).toEqual(
      [],
    );
  });
});

describe('npm run goto N', () => {
  it('a jump to step 3 solves what comes before it, and undo takes it back', async () => {
    const mine = await work();

    const jump = await run('goto', '3');
    const solved = readFileSync(step('app/metrics.ts'), 'utf8');
    const progress = readFileSync(join(copy.root, '.workshop/progress/02-prometheus.yaml'), 'utf8');
    await run('undo');

    expect(jump).toMatchObject({ exitCode: 0, stderr: '' });
    expect(jump.stdout).toMatch(/^Step 1: the solution now, \d+ files written/m);
    expect(jump.stdout).toMatch(/^Step 2: the solution now, \d+ files written/m);
    expect(jump.stdout).toMatch(/^Step 3: stays as you have it$/m);
    expect(jump.stdout).toMatch(/^next: open steps\/03-grafana\/README.md$/m);
    expect(solved).not.toContain('TODO');
    expect(progress).toMatch(/^takenOver: \d{4}-\d\d-\d\dT/m);
    expect(stateOf(step())).toEqual(mine);
    expect(stateOf(join(copy.root, 'steps/02-prometheus'))).toEqual(part(fresh, '02-prometheus'));
    expect(existsSync(join(copy.root, '.workshop/progress/02-prometheus.yaml'))).toBe(false);
  });

  it('a step that the learner solved stays; once edited, it is replaced', async () => {
    await run('goto', '2');
    const verdict = await run('verify', '1', '--static', '--json');
    const { contentHash } = JSON.parse(verdict.stdout as string);
    const counts = 'passed: 1, failed: 0, skipped: 0';
    const progress = `verdict: { solved: true, judgedAt: now, contentHash: '${contentHash}', ${counts} }\n`;
    writeFileSync(join(copy.root, '.workshop/progress/01-app.yaml'), progress);

    const same = await run('goto', '2');
    writeFileSync(step('app/main.ts'), 'edited');
    const edited = await run('goto', '2');

    expect(same.stdout).toMatch(/^Step 1: stays, you have solved it$/m);
    expect(same.stdout).toMatch(/^Nothing had to be changed.$/m);
    expect(edited.stdout).toMatch(/^Step 1: the solution now, 1 file written, 0 removed$/m);
  });

  it('a missing step becomes its starter', async () => {
    rmSync(step(), { recursive: true });

    const jump = await run('goto', '1');

    expect(jump.stdout).toMatch(/^Step 1: its starter, \d+ files written/m);
    expect(stateOf(join(copy.root, 'steps'))).toEqual(fresh);
  });
});

describe('npm run undo', () => {
  it('a second undo takes back the reset before, and a third has nothing left', async () => {
    const first = await work();
    await run('reset', '1');
    writeFileSync(step('second.txt'), 'second try');
    const second = stateOf(step());
    await run('reset', '1');

    await run('undo');
    const afterOne = stateOf(step());
    await run('undo');
    const afterTwo = stateOf(step());
    const third = await run('undo');

    expect(afterOne).toEqual(second);
    expect(afterTwo).toEqual(first);
    expect(third.exitCode).toBe(2);
    expect(third.stderr).toContain('There is nothing left to undo.');
  });

  it('the snapshot of a mistaken undo brings back what it replaced, and undo takes that back', async () => {
    const mine = await work();
    await run('reset', '1');
    writeFileSync(step('later.txt'), 'typed after the reset');
    const later = stateOf(step());
    await run('undo');
    const name = (await snapshotsOf()).find((it) => it.endsWith('-undo')) ?? '';

    const list = await run('undo', '--list');
    const named = await run('undo', name);
    const afterNamed = stateOf(step());
    await run('undo');

    expect(list.stdout).toContain(`${name}\n    01-app before "undo"`);
    expect(named.exitCode).toBe(0);
    expect(afterNamed).toEqual(later);
    expect(stateOf(step())).toEqual(mine);
  });

  it('only the newest 20 snapshots are left', async () => {
    const older = join(copy.root, '.workshop/snapshots');
    await run('reset', '1');
    const [made = ''] = await snapshotsOf();
    for (let index = 0; index < 24; index += 1)
      mkdirSync(join(older, `2020-01-01T00-00-00.0${10 + index}Z-reset-1`), { recursive: true });

    await run('reset', '1');

    const left = await snapshotsOf();
    expect(left).toHaveLength(20);
    expect(left.filter((name) => !name.startsWith('2020'))).toHaveLength(2);
    expect(left).toContain(made);
    expect(left).not.toContain('2020-01-01T00-00-00.010Z-reset-1');
  });

  it('a changed snapshot is refused and nothing changes', async () => {
    await run('reset', '1');
    const [name = ''] = await snapshotsOf();
    rmSync(join(copy.root, '.workshop/snapshots', name, 'files/steps/01-app/README.md'));
    const mine = await work();

    const undo = await run('undo');

    expect(undo.exitCode).toBe(2);
    expect(undo.stderr).toContain(`The snapshot ${name} is damaged`);
    expect(stateOf(step())).toEqual(mine);
  });

  it('the list says when there is no snapshot yet', async () => {
    const list = await run('undo', '--list');

    expect(list).toMatchObject({ exitCode: 0, stderr: '' });
    expect(list.stdout).toContain('There is no snapshot yet');
  });
});

describe('Bad input', () => {
  it.each([
    [['reset', '99'], 'There is no step 99. The steps: 01-app'],
    [['reset'], 'Which step? The steps: 01-app'],
    [['reset', 'one'], 'Which step? The steps: 01-app'],
    [['goto', '0'], 'There is no step 0. The steps: 01-app'],
    [['goto', '1.5'], 'There is no step 1.5. The steps: 01-app'],
    [['undo'], 'There is nothing left to undo.'],
    [['undo', '../../etc'], 'There is no snapshot "../../etc".'],
  ])('refuses %s, changes nothing and exits with 2', async (words, message) => {
    const mine = await work();

    const result = await run(...words);

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toMatch(/^next: /m);
    expect(stateOf(step())).toEqual(mine);
  });

  it('a folder without steps/ is refused and exits with 2', async () => {
    rmSync(join(copy.root, 'steps'), { recursive: true });

    const result = await run('reset', '1');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('There is no steps/');
    expect(result.stderr).toMatch(/^next: .*clone of the workshop/m);
  });

  it.each(['file', 'link'])('a step that is a %s is refused and stays', async (kind) => {
    rmSync(step(), { recursive: true });
    if (kind === 'file') writeFileSync(step(), 'a file');
    else symlinkSync(step('../02-prometheus'), step(), 'junction');
    const before = stateOf(join(copy.root, 'steps'));

    const result = await run('reset', '1');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(`steps/01-app is a ${kind}, not a folder.`);
    expect(stateOf(join(copy.root, 'steps'))).toEqual(before);
  });

  it('a solution that cannot be understood is named and nothing changes', async () => {
    const file = join(copy.root, 'solutions/01-app/app/main.ts');
    const before = readFileSync(file);
    writeFileSync(file, '// #region task: never closed\n');
    const mine = await work();

    const result = await run('reset', '1').finally(() => writeFileSync(file, before));

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('next: git restore solutions/01-app');
    expect(stateOf(step())).toEqual(mine);
  });

  const asRoot = process.getuid?.() === 0;
  it.skipIf(!asRoot)(
    'an empty folder of root, made by Docker, is no obstacle (only root can try this)',
    async () => {
      mkdirSync(step('alertmanger'));
      await giveAway(copy.root, 65534);
      await chown(step('alertmanger'), 0, 0);

      const result = await copy.start(['reset', '1'], { uid: 65534, gid: 65534 });

      await giveAway(copy.root, 0);
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(existsSync(step('alertmanger'))).toBe(false);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'a read-only folder is named, nothing changes and the exit code is 2 (not on Windows: there a read-only folder can be written)',
    async () => {
      const mine = await work();
      // Root may write everywhere, so somebody else has to try.
      const somebody = asRoot ? { uid: 65534, gid: 65534 } : {};
      if (asRoot) await giveAway(copy.root, 65534);
      await chmod(step('app'), 0o555);

      const result = await copy.start(['reset', '1'], somebody);

      await chmod(step('app'), 0o755);
      if (asRoot) await giveAway(copy.root, 0);
      expect(result.stderr).toContain('"reset 1" failed, and nothing has changed: this may not be');
      expect(result.exitCode).toBe(2);
      expect(stateOf(step())).toEqual(mine);
      expect(await snapshotsOf()).toEqual([]);
    },
  );
});

/** Changes the owner of the folders that the commands write. */
async function giveAway(root: string, uid: number): Promise<void> {
  mkdirSync(join(root, '.workshop'), { recursive: true });
  await chmod(root, 0o755);
  for (const below of ['steps', '.workshop']) {
    const paths = Object.keys(stateOf(join(root, below)));
    for (const path of ['', ...paths]) {
      const target = join(root, below, path);
      if (existsSync(target)) await chown(target, uid, uid);
    }
  }
}

/** The state of one folder, by paths from that folder. */
function part(state: Record<string, string>, folder: string): Record<string, string> {
  const inside = Object.entries(state).filter(([path]) => path.startsWith(join(folder, '/')));
  return Object.fromEntries(inside.map(([path, it]) => [path.slice(folder.length + 1), it]));
}
