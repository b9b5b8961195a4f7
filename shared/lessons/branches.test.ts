import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { WrongResult } from '../engine/index.ts';
import { makeBranches } from './branches.ts';
import { type LessonTree, lessonTree, replaced } from './test-tree.ts';

/** A clone with one commit on main, and a Git that asks nobody who they are. */
async function clone() {
  const tree = await lessonTree();
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const git = async (...words: string[]) =>
    (await execa('git', [...identity, ...words], { cwd: tree.root })).stdout;
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-q', '-m', 'Begin');
  return Object.assign(tree, { git });
}

/** Makes the second lesson's branch another one than before. */
async function changeLesson(tree: LessonTree): Promise<void> {
  const file = 'solutions/02-host/settings.yaml';
  await tree.change({ [file]: replaced(await tree.text(file), 'localhost', '127.0.0.1') });
}

describe('Making branches', () => {
  it('each branch holds its solved step on top of the step before', async () => {
    await using tree = await clone();

    const branches = await makeBranches(tree.root);

    expect(branches.map(({ name, changed }) => [name, changed])).toEqual([
      ['step-1', true],
      ['step-2', true],
    ]);
    expect(await tree.git('ls-tree', '-r', '--name-only', 'step-2')).toBe(
      'greet.ts\nguests.txt\nsettings.yaml',
    );
    expect(await tree.git('show', 'step-2:settings.yaml')).toBe(
      'port: 8080\nhost: localhost\nname: host',
    );
    expect(await tree.git('log', '--format=%s', 'step-2')).toBe(
      'Add step 02-host\nAdd step 01-greet',
    );
    expect(await tree.git('diff', '--name-status', 'step-1', 'step-2')).toBe(
      'A\tguests.txt\nM\tsettings.yaml',
    );
  });

  it('making branches leaves HEAD, the index and the work tree alone', async () => {
    await using tree = await clone();
    await tree.change({ 'staged.txt': 'staged\n', 'loose.txt': 'loose\n' });
    await tree.git('add', 'staged.txt');
    const state = async () => [
      await tree.git('symbolic-ref', 'HEAD'),
      await tree.git('rev-parse', 'HEAD'),
      await tree.git('ls-files', '--stage'),
      await tree.git('status', '--porcelain'),
    ];
    const before = await state();

    await makeBranches(tree.root);

    expect(await state()).toEqual(before);
  });

  it('two clones get the same commits', async () => {
    await using one = await clone();
    await using other = await clone();

    expect(await makeBranches(one.root)).toEqual(await makeBranches(other.root));
  });

  it('making them again changes only the commits of changed lessons', async () => {
    await using tree = await clone();
    const first = await makeBranches(tree.root);
    await changeLesson(tree);

    const second = await makeBranches(tree.root);

    expect(second.map(({ changed }) => changed)).toEqual([false, true]);
    expect(second[0]?.commit).toBe(first[0]?.commit);
    expect(await tree.git('rev-parse', 'step-2')).toBe(second[1]?.commit);
  });

  it('a broken marker is named and no branch is made', async () => {
    await using tree = await clone();
    await tree.change({ 'solutions/02-host/settings.yaml': '# #region task:\n' });

    await expect(makeBranches(tree.root)).rejects.toThrow('02-host/settings.yaml:1  a region');
    expect(await tree.git('branch', '--list', 'step-*')).toBe('');
  });

  it('a folder that is no clone is refused', async () => {
    await using tree = await lessonTree();

    await expect(makeBranches(tree.root)).rejects.toMatchObject({
      message: expect.stringContaining('not a git repository'),
      next: expect.stringContaining('git clone'),
    });
  });
});

describe('A branch that somebody has changed', () => {
  it.each([
    ['has a commit on top', ['commit', '-q', '--allow-empty', '-m', 'Mine']],
    ['has its commit amended', ['commit', '-q', '--amend', '--no-edit']],
  ])('when step-2 %s, it is named and no branch is touched', async (_, words) => {
    await using tree = await clone();
    await makeBranches(tree.root);
    await tree.git('switch', '-q', 'step-2');
    await tree.change({ 'guests.txt': 'Ada and Grace\n' });
    await tree.git('add', 'guests.txt');
    await tree.git(...words);
    const before = await tree.git('for-each-ref');
    await tree.git('switch', '-q', 'main');
    const file = 'solutions/01-greet/settings.yaml';
    await tree.change({ [file]: 'port: 8080\nname: greeter\nnew: true\n' });

    const making = makeBranches(tree.root);

    await expect(making).rejects.toThrow('The branch step-2 holds a commit that');
    await expect(making).rejects.toBeInstanceOf(WrongResult);
    expect(await tree.git('for-each-ref')).toBe(before);
  });

  it('a branch that had the name before is reported', async () => {
    await using tree = await clone();
    await tree.git('branch', 'step-1');

    await expect(makeBranches(tree.root)).rejects.toThrow('The branch step-1 holds a commit that');
    expect(await tree.git('branch', '--list', 'step-*')).toContain('step-1');
    expect(await tree.git('branch', '--list', 'step-2')).toBe('');
  });

  it('a branch that is checked out is left alone until it is not', async () => {
    await using tree = await clone();
    await makeBranches(tree.root);
    await changeLesson(tree);
    const worktree = `${tree.root}/beside`;
    await tree.git('worktree', 'add', '-q', worktree, 'step-2');

    await expect(makeBranches(tree.root)).rejects.toThrow('The branch step-2 is checked out');

    await tree.git('worktree', 'remove', worktree);
    await expect(makeBranches(tree.root)).resolves.toMatchObject([{}, { changed: true }]);
  });
});
