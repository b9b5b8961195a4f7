import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../lessons/index.ts';
import { PAGES } from './pages.ts';
import type { Text } from './read-text.ts';

const isMessages = (file: string) => file.includes('/troubleshooting/');

/** A line of a report that the machine does not decide: a check's title, and what it says when it fails. */
const TITLE = /^\s+[✓✗·!] ([^\d\s].*?)(?:\s{2,}.*)?$/;
const SAYS = /^\s+(?:expected|hint|not run: needs:)\s+(.*)$/;

/**
 * A report that a page shows is one that can be printed: each check in it has its heading in Troubleshooting, and what it
 * says when it fails is said there. Troubleshooting itself is made from the code.
 */
export async function checkReports(root: string, texts: Text[]): Promise<Finding[]> {
  const files = PAGES.filter(({ file }) => isMessages(file));
  const pages = await Promise.all(files.map(({ file }) => readFile(join(root, file), 'utf8')));
  const printed = pages.join('\n').replaceAll('\\', '');
  return texts
    .filter(({ file }) => !isMessages(file))
    .flatMap(({ file, blocks }) =>
      blocks
        .filter(({ language }) => language === 'text')
        .flatMap(({ content, line }) =>
          content.split('\n').flatMap((shown, index) => {
            const [, words] = shown.match(TITLE) ?? shown.match(SAYS) ?? [];
            if (!words || printed.includes(words)) return [];
            const problem = `no report says: ${words}`;
            const remedy = 'run the command again, and copy what it prints';
            return [{ file, line: line + 1 + index, problem, remedy }];
          }),
        ),
    );
}
