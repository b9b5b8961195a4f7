import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../root.ts';
import { findStep } from '../verify/index.ts';
import { applyEdit, removeMarkers } from './apply-edit.ts';

/** How an answer differs from the solution; each file below wrong/ and right/ is one. */
const answer = z.strictObject({
  /** Why somebody writes this, in a sentence. */
  why: z.string(),
  /** The ids of the checks that must fail, for a wrong answer; all others pass or are not run. */
  fails: z.array(z.string()).default([]),
  /** True when only running containers show it. */
  live: z.boolean().default(false),
  /** Only this server shows it; where its image cannot be had, the proof is skipped with the reason. */
  requires: z.literal('grafana').optional(),
  /** What the answer starts from. */
  from: z.enum(['solution', 'starter', 'nothing']).default('solution'),
  edits: z
    .array(
      z.union([
        /** `replace` must stand in the file exactly once. */
        z.strictObject({ file: z.string(), replace: z.string(), with: z.string() }),
        /** A whole file, in place of the solution's or beside it. */
        z.strictObject({ file: z.string(), content: z.string() }),
        z.strictObject({ file: z.string(), base64: z.string() }),
        /** Every line end becomes \r\n. */
        z.strictObject({ file: z.string(), windowsLineEnds: z.literal(true) }),
        z.strictObject({ delete: z.string() }),
        z.strictObject({ rename: z.string(), to: z.string() }),
        /** A folder of the repository's root, such as solutions/02-prometheus, copied over everything. */
        z.strictObject({ copy: z.string() }),
      ]),
    )
    .default([]),
});

export interface Answer extends z.infer<typeof answer> {
  step: number;
  kind: 'wrong' | 'right';
  /** The file's name without its ending: "promethus-misspelled". */
  name: string;
}

/** All named answers of a step, sorted by name. @throws Error naming a file that is not such an answer */
export function readFixtures(step: number, kind: Answer['kind']): Answer[] {
  const folder = join(import.meta.dirname, findStep(step), kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const parsed = answer.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
      if (!parsed.success)
        throw new Error(`${join(folder, file)}: ${z.prettifyError(parsed.error)}`);
      return { ...parsed.data, step, kind, name: basename(file, '.yaml') };
    });
}

/** A folder with the answer, laid out like the step in the repository. Dispose it to remove it. */
export interface LaidOut extends Disposable {
  directory: string;
}

/** @throws Error when an edit no longer fits the solution */
export function layOut({ step, from, edits, name }: Answer): LaidOut {
  const id = findStep(step);
  const home = mkdtempSync(join(tmpdir(), `answer-${name}-`));
  const directory = join(home, 'steps', id);
  // The compose files of later steps build the Slack inbox from here.
  symlinkSync(join(ROOT, 'shared'), join(home, 'shared'));
  // A program that a check runs on this machine finds its packages here.
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  const source = { solution: `solutions/${id}`, starter: `steps/${id}`, nothing: undefined }[from];
  if (source) cpSync(join(ROOT, source), directory, { recursive: true });
  if (source) removeMarkers(directory);
  for (const edit of edits) applyEdit(edit, directory);
  return { directory, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) };
}
