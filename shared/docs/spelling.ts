import { createRequire } from 'node:module';
import { execa } from 'execa';
import type { Finding } from '../lessons/index.ts';

/** Every English word of these pages is one that a dictionary knows, or .cspell.json. */
export async function checkSpelling(root: string, files: string[]): Promise<Finding[]> {
  const cspell = createRequire(import.meta.url).resolve('cspell/bin.mjs');
  const words = [cspell, 'lint', '--no-progress', '--no-summary', '--no-color', ...files];
  const { stdout, exitCode, stderr } = await execa(process.execPath, words, {
    cwd: root,
    reject: false,
  });
  const findings = [...stdout.matchAll(/^(\S+):(\d+):\d+ - (.*?)\s*$/gm)].map(
    ([, file = '', line, problem = '']) => ({
      file: file.replace(/^\.\//, ''),
      line: Number(line),
      problem,
      remedy: 'mend it, or add it to .cspell.json',
    }),
  );
  if (findings.length === 0 && exitCode !== 0) throw new Error(stderr || stdout);
  return findings;
}
