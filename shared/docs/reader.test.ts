import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { readText } from './read-text.ts';
import { type Executed, followPage } from './reader.ts';

/** Follows a page with these blocks, in a folder of its own. */
async function follow(page: string, signal?: AbortSignal): Promise<Executed> {
  await using folder = temporaryFolder('follow');
  writeFileSync(join(folder.path, 'page.md'), page);
  return await followPage(folder.path, await readText(folder.path, 'page.md'), {}, [], signal);
}

const blocks = (...all: [info: string, content: string][]) =>
  all.map(([info, content]) => `\`\`\`${info}\n${content}\n\`\`\`\n`).join('\n');

describe.skipIf(process.platform === 'win32')('Whoever follows a page', () => {
  it('output that differs only in numbers is fine', async () => {
    const done = await follow(
      blocks(
        ['sh', 'echo begin; echo "took 3 s"'],
        ['text output', 'begin\ntook 17 s'],
        ['sh no-run: it opens a browser', 'exit 1'],
        ['text output of echo begin', '…\ntook 1 s'],
        ['sh', 'hostname'],
        ['text output of one machine', 'another one'],
      ),
    );

    expect(done.findings).toEqual([]);
    expect(done.outputs.map(({ isCompared }) => isCompared)).toEqual([true, true, false]);
  });

  it('other output names the block with its line', async () => {
    const { findings } = await follow(blocks(['sh', 'echo one'], ['text output', 'two']));

    expect(findings).toEqual([
      {
        file: 'page.md',
        line: 5,
        problem: 'it is not printed: two',
        remedy: 'npm run docs:paste -- page.md',
      },
    ]);
  });

  it('what a comment does is seen by the next command', async () => {
    const page = `<!-- sh: echo edited > file -->\n\n${blocks(['sh', 'cat file'], ['text output', 'edited'])}`;

    expect((await follow(page)).findings).toEqual([]);
  });

  it('no further command is run after an interrupt', async () => {
    const interrupt = new AbortController();
    interrupt.abort();

    await expect(follow(blocks(['sh', 'echo one']), interrupt.signal)).rejects.toThrow('aborted');
  });

  it('a failing command and an unknown mark are reported', async () => {
    const { findings } = await follow(
      blocks(['sh', 'exit 3'], ['sh exits 0 or 3', 'exit 3'], ['sh sometimes', 'true']),
    );

    expect(findings).toMatchObject([
      { line: 1, problem: 'exit code 3: ' },
      { line: 9, problem: 'a mark that is not known: sometimes' },
    ]);
  });
});
