import { describe, expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { checkLessons } from './check.ts';
import { describeFinding } from './finding.ts';
import { makeLessons } from './make.ts';
import { type LessonTree, lessonTree, replaced } from './test-tree.ts';

const GREET = 'solutions/01-greet';
const HOST = 'solutions/02-host';

/** Each finding without its remedy, as `file:line  problem`. */
async function problems({ root }: LessonTree): Promise<string[]> {
  const findings = await checkLessons(root);
  return findings.map((finding) => describeFinding(finding).replace(/ {2}→ \S.*$/, ''));
}

async function edit(tree: LessonTree, file: string, from: string, to: string): Promise<void> {
  await tree.change({ [file]: replaced(await tree.text(file), from, to) });
}

describe('Checking lessons', () => {
  it('correct lessons give no findings', async () => {
    await using tree = await lessonTree();

    expect(await problems(tree)).toEqual([]);
  });

  it('Windows line endings give no findings', async () => {
    await using tree = await lessonTree();
    for (const file of [`${GREET}/greet.ts`, `${GREET}/hints.md`, 'steps/02-host/settings.yaml'])
      await tree.change({ [file]: (await tree.text(file)).replaceAll('\n', '\r\n') });

    expect(await problems(tree)).toEqual([]);
  });

  it('a finding is one line with file, line, problem and remedy', async () => {
    await using tree = await lessonTree();
    await edit(tree, 'steps/02-host/settings.yaml', 'name: host', 'name: mine');

    const [finding] = await checkLessons(tree.root);

    expect(finding && describeFinding(finding)).toBe(
      `steps/02-host/settings.yaml:3  is not what ${HOST}/settings.yaml makes of it` +
        `  → make the change in ${HOST}/settings.yaml, then: npm run lessons:make`,
    );
  });
});

describe('What is generated', () => {
  it('an edited starter is named with its line', async () => {
    await using tree = await lessonTree();
    await edit(tree, 'steps/01-greet/greet.ts', 'Nobody is greeted.', 'Hello');

    expect(await problems(tree)).toEqual([
      `steps/01-greet/greet.ts:2  is not what ${GREET}/greet.ts makes of it`,
    ]);
  });

  it('an edited inherited file is named with its line', async () => {
    await using tree = await lessonTree();
    await edit(tree, `${HOST}/greet.ts`, 'Hello', 'Hi');

    expect(await problems(tree)).toEqual([
      `${HOST}/greet.ts:1  is not what ${GREET}/greet.ts makes of it`,
    ]);
  });

  it('the first of several added lines is named', async () => {
    await using tree = await lessonTree();
    await tree.change({ 'steps/01-greet/settings.yaml': 'port: 8080\nname: greeter\n# mine\n' });

    expect(await problems(tree)).toEqual([
      `steps/01-greet/settings.yaml:3  is not what ${GREET}/settings.yaml makes of it`,
    ]);
  });

  it('a missing generated file is named with its origin', async () => {
    await using tree = await lessonTree();
    await tree.change({ 'steps/02-host/greet.ts': undefined });

    expect(await problems(tree)).toEqual([
      `steps/02-host/greet.ts:1  is missing; ${GREET}/greet.ts makes it`,
    ]);
  });

  it.each(['steps/01-greet/notes.txt', 'steps/02-host/guests.txt', 'steps/03-gone/README.md'])(
    '%s is a stray file',
    async (file) => {
      await using tree = await lessonTree();
      await tree.change({ [file]: 'mine\n' });

      expect(await problems(tree)).toEqual([`${file}:1  a file that no solution makes`]);
    },
  );
});

describe('The chain', () => {
  it.each([
    ['changes a line', 'port: 8080', 'port: 9090', 1, 'has "port: 8080"'],
    ['adds a line', 'port: 8080', 'port: 8080\ntls: on', 2, 'has "name: greeter"'],
    ['drops a line', 'port: 8080\n', '', 5, 'has "port: 8080"'],
    ['adds a line at the end', /$/, 'tls: on\n', 9, 'has no more lines'],
    [
      'does not say what was there before',
      '# #before name: greeter\n',
      '',
      8,
      'has "name: greeter"',
    ],
  ])(
    'a step that %s outside its regions is named with the line',
    async (_, from, to, line, there) => {
      await using tree = await lessonTree();
      const settings = await tree.text(`${HOST}/settings.yaml`);
      await tree.change({ [`${HOST}/settings.yaml`]: settings.replace(from, to) });
      await makeLessons(tree.root);

      expect(await problems(tree)).toEqual([
        `${HOST}/settings.yaml:${line}  differs from the step before outside the regions: ` +
          `there ${GREET}/settings.yaml ${there}`,
      ]);
    },
  );
});

describe('Tasks and hints', () => {
  it('a solution without a task is named', async () => {
    await using tree = await lessonTree();
    await tree.change({ [`${GREET}/greet.ts`]: 'export {};\n', [`${GREET}/hints.md`]: '# None\n' });
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([`${GREET}:1  a solution without a task`]);
  });

  it('of two tasks with the same sentence, the second names the first', async () => {
    await using tree = await lessonTree();
    await edit(tree, `${HOST}/settings.yaml`, 'set the host', 'greet by name');
    await edit(tree, `${HOST}/hints.md`, 'set the host', 'greet by name');
    await edit(tree, `${HOST}/README.md`, 'set the host', 'greet by name');
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([
      `${HOST}/settings.yaml:2  the same task as ${GREET}/greet.ts:1`,
    ]);
  });

  it('a task without a hint is named with the line of its region or in .starterignore', async () => {
    await using tree = await lessonTree();
    await tree.change({ [`${HOST}/hints.md`]: '# Hints\n' });
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([
      `${HOST}/.starterignore:2  a task without a hint`,
      `${HOST}/settings.yaml:2  a task without a hint`,
    ]);
  });

  it('a task that the lesson does not name is reported with the line of its region', async () => {
    await using tree = await lessonTree();
    await edit(tree, `${HOST}/README.md`, 'set the host', 'do something');
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([
      `${HOST}/settings.yaml:2  a task that the lesson does not name`,
    ]);
  });

  it('a hint for a task that does not exist is named by its heading', async () => {
    await using tree = await lessonTree();
    const hints = await tree.text(`${GREET}/hints.md`);
    const code = '\n```sh\n## not a heading\n```\n';
    await tree.change({ [`${GREET}/hints.md`]: hints + code + hints.replace('greet', 'sing') });
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([
      `${GREET}/hints.md:18  a hint for a task that does not exist`,
    ]);
  });

  it.each([
    ['Nudge', '### Nudge', '### Shove'],
    ['Concept', 'Think.\n', ''],
    ['Almost the code', '### Almost the code\n\nType.\n', ''],
  ])(
    'a hint without the heading or the text of %s is named by its heading',
    async (tier, from, to) => {
      await using tree = await lessonTree();
      await edit(tree, `${GREET}/hints.md`, from, to);
      await makeLessons(tree.root);

      expect(await problems(tree)).toEqual([
        `${GREET}/hints.md:1  a hint without its tier "${tier}"`,
      ]);
    },
  );

  it.each(['README.md', 'hints.md', 'step.test.ts'])(
    'a missing %s is the only thing reported',
    async (text) => {
      await using tree = await lessonTree();
      await tree.change({ [`${HOST}/${text}`]: undefined, [`steps/02-host/${text}`]: undefined });

      expect(await problems(tree)).toEqual([
        `${HOST}/${text}:1  this text of the lesson is missing`,
      ]);
    },
  );
});

describe('Starters', () => {
  it('a starter that does not type-check is named with the line', async () => {
    await using tree = await lessonTree();
    await edit(tree, `${GREET}/greet.ts`, "=> 'Nobody is greeted.';", ': number => "";');
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([
      expect.stringMatching(/^steps\/01-greet\/greet\.ts:2 {2}TS2322: Type 'string'/),
    ]);
  });

  it('a type-checker that cannot run is an error, not a success', async () => {
    await using tree = await lessonTree();
    await tree.change({ 'tsconfig.json': undefined });

    await expect(checkLessons(tree.root)).rejects.toThrow('The type-checker did not run');
  });

  it('a starter whose YAML does not parse is named with the line', async () => {
    await using tree = await lessonTree();
    const region = '# #region task: sing\n# #starter song: [\nsong: la\n# #endregion\n';
    await edit(tree, `${GREET}/settings.yaml`, 'name:', `${region}name:`);
    const hints = await tree.text(`${GREET}/hints.md`);
    await tree.change({ [`${GREET}/hints.md`]: hints + hints.replace('greet by name', 'sing') });
    await edit(tree, `${GREET}/README.md`, 'Now', 'Now sing, and');
    await edit(tree, `${HOST}/settings.yaml`, 'port: 8080\n', 'port: 8080\nsong: la\n');
    await makeLessons(tree.root);

    expect(await problems(tree)).toEqual([
      expect.stringMatching(/^steps\/01-greet\/settings\.yaml:4 {2}Flow sequence/),
    ]);
  });
});

it("the workshop's own lessons are in order, in both languages", { timeout: 60_000 }, async () => {
  expect(await checkLessons(ROOT)).toEqual([]);
});

it('a folder without lessons is named', async () => {
  await using tree = await lessonTree();

  await expect(checkLessons(`${tree.root}/steps`)).rejects.toThrow('holds no lesson');
});
