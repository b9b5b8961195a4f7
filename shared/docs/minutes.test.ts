import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFinding } from '../lessons/index.ts';
import { ROOT } from '../root.ts';
import { checkMinutes } from './minutes.ts';

const LESSON = 'solutions/01-app/README.md';
const CHINESE = 'solutions/01-app/README.zh-TW.md';

interface Pages extends AsyncDisposable {
  root: string;
  /** Replaces the first `from` of a page; throws where there is none. */
  change(file: string, from: string | RegExp, to: string): Promise<void>;
}

/** A copy of everything that says minutes. */
async function pages(): Promise<Pages> {
  const root = await mkdtemp(join(tmpdir(), 'minutes-'));
  for (const step of await readdir(join(ROOT, 'solutions')))
    await cp(join(ROOT, 'solutions', step), join(root, 'solutions', step), {
      recursive: true,
      filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith('.md'),
    });
  await cp(join(ROOT, 'docs'), join(root, 'docs'), { recursive: true });
  return {
    root,
    async change(file, from, to) {
      const text = await readFile(join(root, file), 'utf8');
      const changed = text.replace(from, to);
      if (changed === text) throw new Error(`Nothing like ${from} in ${file}`);
      await writeFile(join(root, file), changed);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const problemsIn = async (root: string) =>
  (await checkMinutes(root)).map((finding) => describeFinding(finding).replace(/ {2}→ .*/s, ''));

describe('The minutes', () => {
  it('every page says the same', async () => {
    expect(await problemsIn(ROOT)).toEqual([]);
  });

  it.each([
    ['a translated plan', 'solutions/02-prometheus/README.zh-TW.md', '\n45 ', '\n50 '],
    ['a translated plan', 'solutions/05-load-test/README.zh-TW.md', '\n45 ', '\n50 '],
    ['an agenda', 'docs/instructor/agenda.md', /^(\| \d+:\d\d \|) 45 \|/m, '$1 44 |'],
    [
      'a translated agenda',
      'docs/zh-TW/instructor/agenda.md',
      /^(\| \d+:\d\d \|) 45 \|/m,
      '$1 44 |',
    ],
    ['a typing time of a table', 'docs/instructor/agenda.md', '| 12 | 4 | 40 |', '| 12 | 5 | 40 |'],
    ['the home page', 'docs/index.md', '| 40 |', '| 41 |'],
    ['the printed overview', 'docs/first-ten-minutes.md', '40 min', '41 min'],
  ])('a change of %s names its page and line', async (_, file, from, to) => {
    await using tree = await pages();
    await tree.change(file, from, to);

    const problems = await problemsIn(tree.root);

    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(new RegExp(`^${file}:\\d+ {2}`));
  });

  it('a changed plan names every page that says it', async () => {
    await using tree = await pages();
    await tree.change(LESSON, '40, for a', '35, for a');

    const files = new Set((await checkMinutes(tree.root)).map(({ file }) => file));

    expect([...files]).toEqual(
      expect.arrayContaining([
        CHINESE,
        'docs/instructor/agenda.md',
        'docs/index.md',
        'docs/first-ten-minutes.md',
      ]),
    );
  });

  it('the reading time of a lesson that grows by a page no longer fits', async () => {
    await using tree = await pages();
    await tree.change(
      'solutions/01-app/README.md',
      '\n## Next',
      `${'word '.repeat(300)}\n\n## Next`,
    );

    expect(await problemsIn(tree.root)).toContainEqual(
      expect.stringMatching(
        /^docs\/instructor\/agenda\.md:\d+ {2}12, 4, 40 minutes here, 1[34], 4, 40 by the lessons$/,
      ),
    );
  });

  it('a translation that says other minutes is named; one number more does not matter', async () => {
    await using tree = await pages();
    const lesson = (minutes: string) => `# 1 · 一\n\n## 目標\n\n好。\n\n## 時間\n\n${minutes}\n`;

    await writeFile(join(tree.root, CHINESE), lesson('40 分鐘，其中 1 分鐘等待。'));
    expect(await problemsIn(tree.root)).toEqual([]);

    await writeFile(join(tree.root, CHINESE), lesson('41 分鐘。'));
    expect(await problemsIn(tree.root)).toEqual([
      `${CHINESE}:9  the minutes are 41 here, 40 in the English lesson`,
    ]);
  });

  it('a lesson that says no minutes is named', async () => {
    await using tree = await pages();
    await tree.change(LESSON, '## Minutes', '## Time');

    expect(await problemsIn(tree.root)).toContainEqual(
      `${LESSON}:1  the lesson does not say how many minutes it takes`,
    );
  });

  it('a plan that is too short to read and type a lesson is named', async () => {
    await using tree = await pages();
    await tree.change(LESSON, '40, for a', '13, for a');

    expect(await problemsIn(tree.root)).toContainEqual(
      expect.stringMatching(/^solutions\/01-app\/README\.md:\d+ {2}planned in 13 minutes, too few/),
    );
  });

  it('a key that is missing in the plan is named', async () => {
    await using tree = await pages();
    await tree.change('docs/instructor/minutes.yaml', '    total: 90\n', '');

    expect(await problemsIn(tree.root)).toEqual([expect.stringContaining('agendas.0.total')]);
  });
});
