import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from './read-text.ts';
import { type Executed, followPage } from './reader.ts';

/** Follows a page with these blocks, in a folder of its own. */
async function follow(page: string, signal?: AbortSignal): Promise<Executed> {
  const folder = mkdtempSync(join(tmpdir(), 'follow-'));
  writeFileSync(join(folder, 'page.md'), page);
  const done: Executed = { findings: [], run: 0, marked: 0, printed: [], outputs: [] };
  try {
    await followPage(folder, await readText(folder, 'page.md'), done, {}, signal);
    return done;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const blocks = (...all: [info: string, content: string][]) =>
  all.map(([info, content]) => `\`\`\`${info}\n${content}\n\`\`\`\n`).join('\n');

describe.skipIf(process.platform === 'win32')('Whoever follows a page', () => {
  it('When a command prints what is shown, with other numbers, then all is well', async () => {
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
    expect([done.run, done.marked, done.outputs.length]).toEqual([2, 1, 3]);
  });

  it('When a command prints something else, then the block is named with its line', async () => {
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

  it('When a comment does what the page says in words, then the next command sees it', async () => {
    const page = `<!-- sh: echo edited > file -->\n\n${blocks(['sh', 'cat file'], ['text output', 'edited'])}`;

    expect((await follow(page)).findings).toEqual([]);
  });

  it('When it is interrupted, then no further command is run', async () => {
    const interrupt = new AbortController();
    interrupt.abort();

    await expect(follow(blocks(['sh', 'echo one']), interrupt.signal)).rejects.toThrow('aborted');
  });

  it('When a command fails, or a mark is not known, then that is said', async () => {
    const { findings } = await follow(
      blocks(['sh', 'exit 3'], ['sh exits 3', 'exit 3'], ['sh sometimes', 'true']),
    );

    expect(findings).toMatchObject([
      { line: 1, problem: 'exit code 3: ' },
      { line: 9, problem: 'a mark that is not known: sometimes' },
    ]);
  });
});
