import { WrongResult } from '../engine/index.ts';
import { stepNumber } from '../verify/index.ts';
import { build, refuseBroken } from './build.ts';
import { git, writeCommit, writeTree } from './git.ts';

/** A local branch that holds one finished step. */
interface Branch {
  /** `step-2` */
  name: string;
  commit: string;
  /** False when it was like this already. */
  changed: boolean;
}

/** The last line of a commit that this command made. It names the tree, so that an amended commit is noticed. */
const TRAILER = 'Lesson-Tree';

interface Tip {
  commit: string;
  isOurs: boolean;
  isCheckedOut: boolean;
}

/**
 * Makes the local branches step-1, step-2, … of the repository in `root`: in each the finished step, one commit on top
 * of the step before, so that `git diff step-2 step-3` is what step 3 adds. Work tree, index and HEAD stay as they are.
 *
 * @throws WrongResult when somebody has changed one of the branches, or works on it; then none is touched
 */
export async function makeBranches(root: string): Promise<Branch[]> {
  const { lessons } = await build(root);
  refuseBroken(lessons, 'npm run branches');
  const tips = await readTips(root);
  const branches: Branch[] = [];
  for (const { name, solved } of lessons) {
    const tree = await writeTree(root, solved);
    const message = `Add step ${name}\n\nMade by npm run branches from solutions/${name}.\n\n${TRAILER}: ${tree}\n`;
    const commit = await writeCommit(root, tree, message, branches.at(-1)?.commit);
    const branch = `step-${stepNumber(name)}`;
    branches.push({ name: branch, commit, changed: tips.get(branch)?.commit !== commit });
  }

  const changes = branches.filter(({ changed }) => changed);
  for (const { name } of changes) refuseToLose(name, tips.get(name));
  // All of them or none: Git checks each branch's old value first.
  const input = changes.map(({ name, commit }) => {
    const before = tips.get(name)?.commit ?? '0'.repeat(commit.length);
    return `update refs/heads/${name} ${commit} ${before}\n`;
  });
  await git(root, ['update-ref', '--stdin'], { input: input.join('') });
  return branches;
}

/** The branches that exist, by name. */
async function readTips(root: string): Promise<Map<string, Tip>> {
  const fields = [
    'refname:lstrip=2',
    'objectname',
    'tree',
    `contents:trailers:key=${TRAILER},valueonly,separator=`,
    'worktreepath',
  ];
  const format = fields.map((field) => `%(${field})`).join('%09');
  const list = await git(root, ['for-each-ref', `--format=${format}`, 'refs/heads/step-*']);
  return new Map(
    list.split('\n').map((line) => {
      const [name = '', commit = '', tree, madeTree, worktree] = line.split('\t');
      return [name, { commit, isOurs: tree === madeTree, isCheckedOut: worktree !== '' }];
    }),
  );
}

function refuseToLose(name: string, tip: Tip | undefined): void {
  if (tip && !tip.isOurs)
    throw new WrongResult(
      `The branch ${name} holds a commit that npm run branches did not make, so it is left alone.`,
      `Keep it under another name, then try again:  git branch --move ${name} my-${name}`,
    );
  if (tip?.isCheckedOut)
    throw new WrongResult(
      `The branch ${name} is checked out, and its files would no longer be those of the branch.`,
      'Go to another branch, then try again:  git switch main',
    );
}
