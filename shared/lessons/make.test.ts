import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { WrongResult } from '../engine/index.ts';
import { listFiles } from './files.ts';
import { makeLessons } from './make.ts';
import { lessonTree, replaced } from './test-tree.ts';

describe('Making the lessons', () => {
  it('a marked task becomes a TODO in the starter, with the lines shown instead', async () => {
    await using tree = await lessonTree();

    expect(await tree.text('steps/01-greet/greet.ts')).toBe(
      "// TODO: greet by name\nexport const greet = (_name: string) => 'Nobody is greeted.';\n",
    );
    expect(await tree.text('steps/02-host/settings.yaml')).toBe(
      'port: 8080\n# TODO: set the host\nname: host\n',
    );
  });

  it('the next step inherits a solved one, without markers', async () => {
    await using tree = await lessonTree();

    const solved = 'export const greet = (name: string) => `Hello $' + '{name}`;\n';
    expect(await tree.text('solutions/02-host/greet.ts')).toBe(solved);
    expect(await tree.text('steps/02-host/greet.ts')).toBe(solved);
  });

  it('a file that the learner creates is not in the starter, nor is .starterignore', async () => {
    await using tree = await lessonTree();

    expect(await listFiles(join(tree.root, 'steps/02-host'))).toEqual([
      'README.md',
      'greet.ts',
      'hints.md',
      'settings.yaml',
      'step.test.ts',
    ]);
  });

  it('a TODO keeps the empty lines and the indentation of its task', async () => {
    await using tree = await lessonTree();
    const settings =
      'port: 8080\nname: greeter\nmore:\n  a: 1\n  # #region task: say b\n\n  b: 2\n\n  # #endregion\n';

    await tree.change({ 'solutions/01-greet/settings.yaml': settings });
    await makeLessons(tree.root);

    expect(await tree.text('steps/01-greet/settings.yaml')).toBe(
      'port: 8080\nname: greeter\nmore:\n  a: 1\n\n  # TODO: say b\n\n',
    );
  });

  it('Windows line endings change nothing', async () => {
    await using tree = await lessonTree();
    const files = ['01-greet/greet.ts', '02-host/settings.yaml', '02-host/.starterignore'];
    for (const file of files) {
      const text = await tree.text(`solutions/${file}`);
      await tree.change({ [`solutions/${file}`]: text.replaceAll('\n', '\r\n') });
    }

    expect(await makeLessons(tree.root)).toEqual({ written: [], removed: [] });
  });

  it('generated secrets and installed packages are not copied', async () => {
    await using tree = await lessonTree();
    await tree.change({
      'solutions/01-greet/secrets/grafana/admin_password': 'a secret',
      'solutions/01-greet/secrets/grafana/admin_password.example': 'a-long-random-password',
      'solutions/01-greet/app/node_modules/express/index.js': '',
    });

    const { written } = await makeLessons(tree.root);

    const example = 'secrets/grafana/admin_password.example';
    const folders = ['steps/01-greet', 'solutions/02-host', 'steps/02-host'];
    expect(written.toSorted()).toEqual(folders.map((folder) => `${folder}/${example}`).toSorted());
  });

  it('a broken marker is named with its line, and nothing is written', async () => {
    await using tree = await lessonTree();
    await tree.change({
      'solutions/01-greet/greet.ts': '// #region task: greet\nexport const greet = 1;\n',
      'solutions/01-greet/settings.yaml': 'port: 9999\n',
    });

    const making = makeLessons(tree.root);

    await expect(making).rejects.toThrow('solutions/01-greet/greet.ts:1  a region that is never');
    await expect(making).rejects.toBeInstanceOf(WrongResult);
    expect(await tree.text('solutions/02-host/settings.yaml')).toContain('port: 8080');
    expect(await tree.text('steps/01-greet/settings.yaml')).toContain('port: 8080');
  });
});

describe('What is no longer generated', () => {
  it('a file that Git has as it is gets removed', async () => {
    await using tree = await lessonTree();
    await tree.change({ 'steps/01-greet/old.ts': 'export {};\n' });
    await execa('git', ['init', '-q'], { cwd: tree.root });
    await execa('git', ['add', '.'], { cwd: tree.root });

    const { removed } = await makeLessons(tree.root);

    expect(removed).toEqual(['steps/01-greet/old.ts']);
    await expect(tree.text('steps/01-greet/old.ts')).rejects.toThrow('ENOENT');
  });

  it.each([
    ['it was changed since Git saw it', ['add', '.']],
    ['Git does not know it', ['status']],
  ])('when %s, it is named and nothing is touched', async (_, words) => {
    await using tree = await lessonTree();
    await tree.change({ 'steps/01-greet/mine.ts': 'export {};\n' });
    await execa('git', ['init', '-q'], { cwd: tree.root });
    await execa('git', words, { cwd: tree.root });
    const solution = await tree.text('solutions/01-greet/greet.ts');
    await tree.change({
      'steps/01-greet/mine.ts': 'export const mine = 1;\n',
      'solutions/01-greet/greet.ts': replaced(solution, 'Hello', 'Hi'),
    });

    await expect(makeLessons(tree.root)).rejects.toThrow(/own:\nsteps\/01-greet\/mine\.ts$/);

    expect(await tree.text('steps/01-greet/mine.ts')).toBe('export const mine = 1;\n');
    expect(await tree.text('solutions/02-host/greet.ts')).toContain('Hello');
  });
});

it('making the real lessons a second time changes nothing', async () => {
  await using tree = await lessonTree();
  const real = join(import.meta.dirname, '../../solutions');
  const root = join(tree.root, 'real');
  for (const file of await listFiles(real))
    await cp(join(real, file), join(root, 'solutions', file));

  const first = await makeLessons(root);
  const second = await makeLessons(root);

  expect(first.written.length).toBeGreaterThan(50);
  expect(second).toEqual({ written: [], removed: [] });
});
