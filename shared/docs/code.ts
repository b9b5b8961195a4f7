import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, listFiles } from '../lessons/index.ts';
import type { Text } from './read-text.ts';

/** Languages of code that somebody may copy into the workshop's files. */
const COPIED = ['ts', 'yaml', 'json', 'dockerfile'];

/** What the reader fills in: `…`, a comment in the middle of an expression, `A_NAME`, `METRIC`, `<service name>`. */
const HOLE = /…|\/\*.*?\*\/|\b(?:[A-Z]+_[A-Z_]+|[A-Z]{4,})\b|<[a-z ]+>/;

/**
 * Code on a page is cut from the solutions, which are tested: each line of it stands in a file of them, whatever stands in
 * the holes that are left for the reader. Code that is no part of the workshop says so: ```` ```yaml example ````.
 */
export async function checkCode(root: string, texts: Text[]): Promise<Finding[]> {
  const files = (await listFiles(join(root, 'solutions'))).filter((path) => !path.endsWith('.md'));
  const contents = await Promise.all(
    files.map((path) => readFile(join(root, 'solutions', path), 'utf8')),
  );
  const tested = inOneLine(contents.join('\n'));
  return texts.flatMap(({ file, blocks }) =>
    blocks
      .filter(({ language, note }) => COPIED.includes(language) && note !== 'example')
      .flatMap(({ content, line }) =>
        content.split('\n').flatMap((written, index) => {
          if (isTested(written, tested)) return [];
          const problem = `no solution contains: ${written.trim()}`;
          const remedy = 'copy it from one, or write "example" behind the language of the block';
          return [{ file, line: line + 1 + index, problem, remedy }];
        }),
      ),
  );
}

function isTested(written: string, tested: string): boolean {
  // A comment explains the line to the reader.
  const code = inOneLine(written.replace(/(?:^|\s)(?:#|\/\/)\s.*$/, '').replace(/,$/, '')).trim();
  const parts = code.split(HOLE).map((part) => part.replaceAll(/[$()*+.?[\]\\^{|}]/g, '\\$&'));
  return new RegExp(parts.join('.{0,200}?')).test(tested);
}

/** Where a line ends is the formatter's choice. */
const inOneLine = (text: string) =>
  text.replaceAll(/,?\s+(?=[\])}])|(?<=[([{])\s+/g, '').replaceAll(/\s+/g, ' ');
