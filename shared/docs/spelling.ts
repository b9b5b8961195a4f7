import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lint } from 'cspell';
import type { Finding } from '../lessons/index.ts';

/** Every English word of these pages is one that a dictionary knows, or .cspell.json. */
export async function checkSpelling(root: string, files: string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const ignore = () => {};
  const { errors, files: read } = await lint(
    files,
    { root, config: '.cspell.json', progress: false, summary: false },
    {
      issue: ({ uri = '', row, text }) =>
        findings.push({
          file: relative(root, fileURLToPath(uri)).split(sep).join('/'),
          line: row,
          problem: `an unknown word: ${text}`,
          remedy: 'fix it, or add it to .cspell.json',
        }),
      error: (message, error) => {
        throw new Error(`${message} ${error}`);
      },
      info: ignore,
      debug: ignore,
      progress: ignore,
      result: ignore,
    },
  );
  if (errors > 0 || read !== files.length)
    throw new Error(`cspell read ${read} of ${files.length} files`);
  return findings;
}
