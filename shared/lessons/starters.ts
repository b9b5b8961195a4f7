import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LineCounter, parseDocument } from 'yaml';
import { WrongResult } from '../engine/index.ts';
import { temporaryFolder } from '../temporary.ts';
import type { Finding } from './finding.ts';
import type { LessonFile } from './solution.ts';

const REMEDY = 'fix it in its solution, for example with #starter lines that';

/** The starters whose TypeScript does not type-check. Runs `tsc` on them alone, with the settings of `root`. */
export async function typeErrors(root: string): Promise<Finding[]> {
  await using folder = temporaryFolder('starters');
  const project = join(folder.path, 'tsconfig.json');
  const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] };
  const settings = { extends: join(root, 'tsconfig.json'), include: [join(root, 'steps')] };
  await writeFile(project, JSON.stringify({ ...settings, compilerOptions }));
  const tsc = await execa('tsc', ['--noEmit', '--pretty', 'false', '--project', project], {
    cwd: root,
    reject: false,
    preferLocal: true,
    // The compiler of this repository, also when `root` is a copy.
    localDir: import.meta.dirname,
  });
  const pattern = /^(?:(.+)\((\d+),\d+\): )?error (TS\d+: .*)$/gm;
  const errors = [...tsc.stdout.matchAll(pattern)];
  const general = errors.find(([, file = '']) => !file.startsWith('steps/'));
  if (general || (tsc.failed && errors.length === 0))
    throw new WrongResult(
      `The type-checker did not run: ${general?.[3] ?? tsc.shortMessage}`,
      `npx tsc --noEmit --project ${join(root, 'tsconfig.json')}`,
    );
  return errors.map(([, file = '', line, message]) => ({
    ...{ file, line: Number(line), problem: `${message}`, remedy: `${REMEDY} type-check` },
  }));
}

/** The starters whose YAML does not parse. */
export function yamlErrors(generated: Map<string, LessonFile>): Finding[] {
  return [...generated].flatMap(([file, { content }]) => {
    if (!/^steps\/.*\.ya?ml$/.test(file)) return [];
    const lineCounter = new LineCounter();
    const { errors } = parseDocument(content.toString(), { lineCounter, prettyErrors: false });
    return errors.map(({ message, pos }) => ({
      file,
      line: lineCounter.linePos(pos[0]).line,
      problem: message,
      remedy: `${REMEDY} parse`,
    }));
  });
}
