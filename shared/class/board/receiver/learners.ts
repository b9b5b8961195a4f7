import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const count = (most: number) => z.int().min(0).max(most);

/** All that a learner's machine tells: numbers. A hint tells only the first two. */
export const REPORT = z.strictObject({
  step: count(99),
  /** How many hints of this step were shown. */
  hints: count(999),
  /** The first task that is not done; 0 where none is to blame. */
  task: count(99).optional(),
  passed: count(999).optional(),
  checks: count(999).optional(),
  solved: z.boolean().optional(),
});
export type Report = z.infer<typeof REPORT>;

/** Letters of any language that can be seen, digits, space, and . _ - : what is short, and means nothing to a server. */
export const NICKNAME = z
  .string()
  .transform((text) => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' '))
  .pipe(z.string().regex(/^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N} ._-]{1,24}$/u));

const LEARNER = z.object({
  nickname: z.string(),
  /** Of the token, which only the learner's machine has. */
  tokenHash: z.string(),
  report: REPORT.optional(),
  /** The most checks that passed in this step. */
  best: z.number(),
  /** How often the nickname was changed. */
  renamed: z.number(),
  /** By the board's own clock, in milliseconds since 1970: nobody else's is asked. */
  progressAt: z.number(),
  seenAt: z.number(),
});
export type Learner = z.infer<typeof LEARNER>;
const STATE = z.object({
  learners: z.array(LEARNER),
  /** Every nickname that was ever accepted: each has made series that Prometheus keeps. */
  nicknames: z.array(z.string()),
});
type State = z.infer<typeof STATE>;

/** A class, and the names that it takes while the board stands. More would be somebody who invents them. */
export const MOST_LEARNERS = 200;
const MOST_NICKNAMES = 1_000;
/** Somebody who wants still another name has had enough. */
const MOST_RENAMED = 20;

/** Who was not heard of for so long comes from a break. Milliseconds. */
const BREAK = 30 * 60_000;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Who is on the board, kept in a file: whatever was acknowledged outlives the process. */
export class Learners {
  readonly #file: string;
  readonly #now: () => number;
  readonly #byToken = new Map<string, Learner>();
  readonly #nicknames: Set<string>;

  /** @param file a broken one is put aside, and the board begins anew */
  constructor(file: string, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
    const { learners, nicknames } = read(file);
    for (const learner of learners) this.#byToken.set(learner.tokenHash, learner);
    this.#nicknames = new Set(nicknames);
  }

  get all(): Learner[] {
    return [...this.#byToken.values()];
  }

  find(token: string): Learner | undefined {
    return this.#byToken.get(hashOf(token));
  }

  /** @param nickname in capitals or not */
  named(nickname: string): Learner | undefined {
    return this.all.find((learner) => isSame(learner.nickname, nickname));
  }

  /**
   * @param token of who is on the board already and wants another nickname
   * @returns the token, or why not
   */
  join(nickname: string, token = ''): { token: string } | 'nickname-taken' | 'board-full' {
    const known = this.find(token);
    const owner = this.named(nickname);
    if (owner && owner !== known) return 'nickname-taken';
    if (this.#nicknames.size >= MOST_NICKNAMES && !this.#nicknames.has(nickname))
      return 'board-full';
    if (known) {
      if (known.renamed >= MOST_RENAMED) return 'board-full';
      known.renamed += 1;
      known.nickname = nickname;
      this.#nicknames.add(nickname);
      this.#save();
      return { token };
    }
    if (this.#byToken.size >= MOST_LEARNERS) return 'board-full';
    const fresh = randomBytes(24).toString('base64url');
    const [tokenHash, now] = [hashOf(fresh), this.#now()];
    const learner = { nickname, tokenHash, best: 0, renamed: 0, progressAt: now, seenAt: now };
    this.#byToken.set(tokenHash, learner);
    this.#nicknames.add(nickname);
    try {
      this.#save();
    } catch (error) {
      // Nobody was given the token, so the nickname must stay free.
      this.#byToken.delete(tokenHash);
      throw error;
    }
    return { token: fresh };
  }

  leave(learner: Learner): void {
    this.#byToken.delete(learner.tokenHash);
    this.#save();
  }

  /**
   * Progress is another step, more checks passed than ever in this one, or its solution. Who comes from a break, or
   * works on after a solution, is given the same time anew.
   */
  record(learner: Learner, report: Report): void {
    const before = learner.report?.step === report.step ? learner.report : undefined;
    const passed = report.passed ?? 0;
    const now = this.#now();
    const isProgress = !before || passed > learner.best;
    const isSolution = report.solved !== undefined && report.solved !== (before?.solved ?? false);
    if (isProgress || isSolution || now - learner.seenAt > BREAK) learner.progressAt = now;
    if (isProgress) learner.best = passed;
    learner.seenAt = now;
    learner.report = { ...before, ...report };
    this.#save();
  }

  /** Whoever reads the file sees the old one or the new one, whole. */
  #save(): void {
    const state: State = { learners: this.all, nicknames: [...this.#nicknames] };
    writeFileSync(`${this.#file}.new`, JSON.stringify(state), { flush: true });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function read(file: string): State {
  const nobody = { learners: [], nicknames: [] };
  try {
    return STATE.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nobody;
    renameSync(file, `${file}.broken-${Date.now()}`);
    console.error(`${file} cannot be read, and is put aside: ${(error as Error).message}`);
    return nobody;
  }
}
