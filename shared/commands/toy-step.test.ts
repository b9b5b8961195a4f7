import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { clone } from '../learner/test-clone.ts';

/** All that somebody writes for one more step. */
const TOY = {
  'solutions/11-toy/README.md':
    '# 11 · A toy\n\n## Minutes\n\n1, for a person: 1 minute, 1 verdict and no hint.\n\n## Tasks\n\nsay hello\n',
  'solutions/11-toy/hints.md':
    '## say hello\n\n### Nudge\n\nBe polite.\n\n### Concept\n\nA key.\n\n### Almost the code\n\ngreeting: …\n',
  'solutions/11-toy/step.test.ts': 'export {};\n',
  'solutions/11-toy/toy.yaml':
    '# #region task: say hello\n# #starter greeting:\ngreeting: hello\n# #endregion\n',
  'shared/checks/11-toy/index.ts': `import { defineStep } from '../../verify/runner/index.ts';
import { expectThat } from '../../verify/files/index.ts';

export default defineStep({
  id: '11-toy',
  title: 'A toy',
  services: ['app'],
  checks: [
    {
      id: 'toy.greeting',
      title: 'The toy says hello',
      kind: 'static',
      task: 1,
      run: (step) =>
        expectThat(step.files.text('toy.yaml').includes('greeting: hello'), {
          expected: 'hello',
          actual: 'nothing',
          where: 'toy.yaml:1',
          hint: 'Be polite.',
        }),
    },
  ],
});
`,
};

it('a step is three folders of one name: nothing else has to be touched to add one', {
  timeout: 120_000,
}, async () => {
  using copy = await clone();
  const git = (...args: string[]) => execa('git', args, { cwd: copy.root });
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  for (const [path, content] of Object.entries(TOY)) {
    mkdirSync(join(copy.root, dirname(path)), { recursive: true });
    writeFileSync(join(copy.root, path), content);
  }

  // Its starter, and its npm script, which is the one change elsewhere.
  expect(await copy.run(['lessons', 'make'])).toMatchObject({ exitCode: 0 });
  const read = (path: string) => readFileSync(join(copy.root, path), 'utf8');
  expect(read('steps/11-toy/toy.yaml')).toBe('# TODO: say hello\ngreeting:\n');
  expect(JSON.parse(read('package.json')).scripts).toMatchObject({
    'verify:step-11': 'node shared/start.js verify 11',
  });
  const { stdout: changed } = await git('diff', '--name-only');
  expect(changed).toBe('package.json');
  const { stdout: added } = await git('ls-files', '--others', '--exclude-standard', '--directory');
  expect(added.split('\n').sort()).toEqual([
    'shared/checks/11-toy/',
    'solutions/11-toy/',
    'steps/11-toy/',
  ]);

  // Its verdict and its hint.
  const starter = await copy.run(['verify', '11', '--static']);
  expect(starter).toMatchObject({ exitCode: 1 });
  expect(starter.stdout).toMatch(/✗ The toy says hello +task 1/);
  expect(starter.stdout).toContain('docs/troubleshooting/step-11.md#toy-greeting');
  expect(await copy.run(['verify', '11', '--static', '--solution'])).toMatchObject({ exitCode: 0 });
  expect((await copy.run(['hint', '11'])).stdout).toContain('Be polite.');
  expect((await copy.run(['workshop'])).stdout).toMatch(
    /^ {2}✗ 11 {2}A toy +1 min {2}not solved yet$/m,
  );

  // Its pages, and its branch.
  const { PAGES } = await import(/* @vite-ignore */ join(copy.root, 'shared/docs/pages.ts'));
  const addresses = (PAGES as { address: string }[]).map(({ address }) => address);
  for (const address of ['steps/11-toy.md', 'steps/11-toy-hints.md', 'troubleshooting/step-11.md'])
    expect(addresses).toEqual(expect.arrayContaining([address, `zh-TW/${address}`]));
  await copy.run(['branches']);
  expect((await git('show', 'step-11:toy.yaml')).stdout).toBe('greeting: hello');
});
