import { join } from 'node:path';
import { execa } from 'execa';
import { WrongResult } from '../engine/index.ts';
import { temporaryFolder } from '../temporary.ts';
import type { LessonFile } from './solution.ts';

interface GitOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/** Runs `git` in `root`. @returns its standard output @throws WrongResult when Git refuses */
export async function git(root: string, args: string[], options: GitOptions = {}): Promise<string> {
  const result = await execa('git', args, { cwd: root, ...options, reject: false });
  if (!result.failed) return result.stdout;
  throw new WrongResult(
    `git ${args[0]} failed: ${result.stderr || result.shortMessage}`,
    'Try again in a clone of the workshop, made with git clone',
  );
}

/**
 * Stores files in Git without touching the work tree or the index.
 *
 * @param files by path from the tree's root
 * @returns the id of the tree
 */
export async function writeTree(root: string, files: Map<string, LessonFile>): Promise<string> {
  await using folder = temporaryFolder('workshop-index');
  const env = { GIT_INDEX_FILE: join(folder.path, 'index') };
  const entries: string[] = [];
  for (const [path, { content }] of files) {
    const blob = await git(root, ['hash-object', '-w', '--stdin'], { input: content });
    entries.push(`100644 ${blob}\t${path}\n`);
  }
  await git(root, ['update-index', '--add', '--index-info'], { input: entries.join(''), env });
  return await git(root, ['write-tree'], { env });
}

/** The same files, message and parent always give the same commit: its author and date are fixed. */
export function writeCommit(
  root: string,
  tree: string,
  message: string,
  parent?: string,
): Promise<string> {
  const date = '2026-01-01T00:00:00Z';
  const [name, email] = ['Monitoring workshop', 'workshop@example.invalid'];
  return git(root, ['commit-tree', tree, ...(parent ? ['-p', parent] : [])], {
    input: message,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  });
}
