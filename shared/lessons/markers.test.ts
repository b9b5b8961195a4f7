import { describe, expect, it } from 'vitest';
import { checkLessons } from './check.ts';
import { lessonTree } from './test-tree.ts';

const TASK = '// #region task: sing';
const END = '// #endregion';

describe('Markers', () => {
  it.each([
    ['is never closed', [TASK, 'x();'], 1, 'a region that is never closed'],
    ['begins inside another', [TASK, TASK, END], 2, 'a region inside the region of line 1'],
    ['says nothing', ['', '// #region task:  ', END], 2, 'a region without text'],
    ['has an unknown kind', ['// #region tsk: sing', END], 1, 'a region of the unknown kind "tsk"'],
    ['has no kind', ['// #region', END], 1, 'a region of the unknown kind ""'],
    ['ends without a beginning', ['x();', END], 2, 'this marker stands outside every region'],
    ['is not begun', ['// #starter x();'], 1, 'this marker stands outside every region'],
    [
      'shows lines too late',
      [TASK, 'x();', '// #starter', END],
      3,
      "#starter below the region's body",
    ],
    ['is a task with #before', [TASK, '// #before', END], 2, '#before in a region of kind task'],
    [
      'is given with #starter',
      ['// #region given: a song', '  // #starter x();', END],
      2,
      '#starter in a region of kind given',
    ],
  ])(
    'a region that %s is named with its line, and nothing else is',
    async (_, lines, line, problem) => {
      await using tree = await lessonTree();
      await tree.change({ 'solutions/01-greet/greet.ts': lines.join('\n') });

      const findings = await checkLessons(tree.root);

      expect(findings).toMatchObject([{ file: 'solutions/01-greet/greet.ts', line, problem }]);
      expect(findings[0]?.remedy).toMatch(/\w/);
    },
  );

  it.each([
    ['names no task', 'guests.txt', 'a file without a task'],
    ['has an empty task', 'guests.txt  # task: ', 'a file without a task'],
    [
      'names no file of the solution',
      'gone.txt  # task: sing',
      'gone.txt is not a file of this solution',
    ],
    [
      'names a file with regions of its own',
      'settings.yaml  # task: sing',
      'settings.yaml exists since the step before',
    ],
    ['names an inherited file', 'greet.ts  # task: sing', 'greet.ts exists since the step before'],
  ])('a line of .starterignore that %s is named', async (_, text, problem) => {
    await using tree = await lessonTree();
    await tree.change({ 'solutions/02-host/.starterignore': `# From nothing.\n\n${text}\n` });

    const findings = await checkLessons(tree.root);

    expect(findings).toMatchObject([
      { file: 'solutions/02-host/.starterignore', line: 3, problem },
    ]);
  });

  it('every broken file is reported', async () => {
    await using tree = await lessonTree();
    await tree.change({
      'solutions/01-greet/greet.ts': TASK,
      'solutions/02-host/settings.yaml': 'port: 8080\n# #endregion\n',
    });

    expect(await checkLessons(tree.root)).toMatchObject([
      { file: 'solutions/01-greet/greet.ts', line: 1 },
      { file: 'solutions/02-host/settings.yaml', line: 2 },
    ]);
  });
});
