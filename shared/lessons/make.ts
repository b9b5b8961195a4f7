import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { WrongResult } from '../engine/index.ts';
import { build, refuseBroken } from './build.ts';
import { listFiles, writeChanged } from './files.ts';

/** What `lessons:make` has changed. Paths from the root; both empty when everything was as it should be. */
interface Made {
  written: string[];
  removed: string[];
}

/**
 * Writes every generated file of the repository in `root`, and removes what is no longer generated from steps/.
 *
 * @throws WrongResult when a marker cannot be understood, or a file in steps/ is somebody's own; nothing is changed then
 */
export async function makeLessons(root: string): Promise<Made> {
  const { lessons, generated } = await build(root);
  refuseBroken(lessons, 'npm run lessons:make');
  const removed = await leftOver(root, generated);

  const files = [...generated].map(([path, { content }]): [string, Buffer] => [path, content]);
  const written = await writeChanged(root, files);
  for (const path of removed) await rm(join(root, path));
  return { written, removed };
}

/**
 * The files in steps/ that were generated once and are so no longer: Git still has them as they are.
 *
 * @throws WrongResult when Git would lose one
 */
async function leftOver(root: string, generated: Map<string, unknown>): Promise<string[]> {
  const inSteps = (await listFiles(join(root, 'steps'))).map((path) => `steps/${path}`);
  const unexpected = inSteps.filter((path) => !generated.has(path));
  const tracked = await gitList(root, []);
  const changed = await gitList(root, ['--modified']);
  const own = unexpected.filter((path) => !tracked.has(path) || changed.has(path));
  if (own.length === 0) return unexpected;
  throw new WrongResult(
    `steps/ holds only generated files, but these are somebody's own:\n${own.join('\n')}`,
    'Move them elsewhere or delete them, then: npm run lessons:make',
  );
}

/** Paths of steps/ that Git knows; none where there is no Git repository. */
async function gitList(root: string, options: string[]): Promise<Set<string>> {
  const args = ['ls-files', '-z', ...options, '--', 'steps'];
  const { stdout = '' } = await execa('git', args, { cwd: root, reject: false });
  return new Set(stdout.split('\0'));
}
