import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { localized } from '../../language.ts';
import { STEPS, stepNumber, type Verdict } from '../../verify/runner/index.ts';

const progress = z.looseObject({
  /** The last verdict on the learner's own folder. */
  verdict: z
    .looseObject({
      solved: z.boolean(),
      /** ISO 8601. */
      judgedAt: z.string(),
      contentHash: z.string(),
      passed: z.number(),
      failed: z.number(),
      skipped: z.number(),
      /** The first thing that was wrong. */
      fix: z
        .looseObject({ title: z.string(), where: z.string(), task: z.number().optional() })
        .optional(),
    })
    .optional(),
  /** ISO 8601: when `goto` put the solution there. */
  takenOver: z.string().optional(),
  /** A task's sentence → how many tiers of its hint were shown. */
  hints: z.record(z.string(), z.number()).default({}),
});

/** What is known of a learner's work on one step. */
export type Progress = z.infer<typeof progress>;

const NOTICE = '# Your progress in this step. Delete this file to forget it.\n';

/**
 * The progress in one step, from `.workshop/progress/<step id>.yaml`. A file that cannot be read is kept aside.
 *
 * @param say gets a sentence about a file that was put aside
 */
export function readProgress(root: string, id: string, say: (message: string) => void): Progress {
  const file = progressFile(root, id);
  if (!existsSync(file)) return progress.parse({});
  try {
    return progress.parse(parse(readFileSync(file, 'utf8')));
  } catch {
    const aside = `${file}.broken-${Date.now()}`;
    renameSync(file, aside);
    say(
      localized(
        `${file} cannot be read. It is kept as ${aside}, and the progress in ${id} starts anew.`,
        `讀不了 ${file}。它保留為 ${aside}，${id} 的進度重新開始。`,
      ),
    );
    return progress.parse({});
  }
}

/**
 * Changes the progress in one step. Whoever reads the file meanwhile sees the old one or the new one, whole.
 *
 * @param say gets a sentence when it cannot be written: that is no reason to lose a verdict or a hint
 */
export function updateProgress(
  root: string,
  id: string,
  change: (before: Progress) => Progress,
  say: (message: string) => void,
): void {
  try {
    const after = change(readProgress(root, id, say));
    mkdirSync(folderOf(root), { recursive: true });
    const file = progressFile(root, id);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, progressText(after));
    renameSync(draft, file);
  } catch (error) {
    const { message } = error as Error;
    say(
      localized(
        `Your progress in ${id} could not be kept in .workshop: ${message}`,
        `${id} 的進度無法存到 .workshop：${message}`,
      ),
    );
  }
}

/** Keeps a verdict on the learner's own folder. A folder that is judged is no longer merely taken over. */
export function recordVerdict(
  root: string,
  { step, solved, contentHash, passed, failed, skipped, results }: Verdict,
  say: (message: string) => void,
): void {
  const wrong = results.find(({ outcome }) => outcome === 'failed');
  const { title = '', task, finding } = wrong ?? {};
  updateProgress(
    root,
    step,
    ({ takenOver: _, ...before }) => ({
      ...before,
      verdict: {
        ...{ solved, judgedAt: new Date().toISOString(), contentHash, passed, failed, skipped },
        ...(finding && {
          fix: { title, where: finding.where, ...(task !== undefined && { task }) },
        }),
      },
    }),
    say,
  );
}

/** What stands in the file. */
export const progressText = (known: Progress): string => NOTICE + stringify(known);

const folderOf = (root: string): string => join(root, '.workshop', 'progress');

/** The step's own file; else, for a step that an update has renamed or moved, the file of its old id. */
export function progressFile(root: string, id: string): string {
  const folder = folderOf(root);
  const own = join(folder, `${id}.yaml`);
  if (existsSync(own) || !existsSync(folder)) return own;
  const gone = readdirSync(folder).filter(
    (name) => name.endsWith('.yaml') && !STEPS.includes(name.slice(0, -5)),
  );
  /** "03-grafana" and "04-grafana.yaml" are the same step, moved. */
  const title = (name: string) => name.replace(/^\d+-/, '').replace(/\.yaml$/, '');
  const isOf = (step: string) => (name: string) => title(name) === title(step);
  const old =
    gone.find(isOf(id)) ??
    gone.find(
      (name) => stepNumber(name) === stepNumber(id) && !STEPS.some((step) => isOf(step)(name)),
    );
  if (old) renameSync(join(folder, old), own);
  return own;
}
