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

/** Letters of any language, digits, space, and . _ - : what is short, and means nothing to a server. */
export const NICKNAME = z
  .string()
  .transform((text) => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' '))
  .pipe(z.string().regex(/^[\p{L}\p{M}\p{N} ._-]{1,24}$/u));

const LEARNER = z.object({
  nickname: z.string(),
  /** Of the token, which only the learner's machine has. */
  tokenHash: z.string(),
  report: REPORT.optional(),
  /** The most checks that passed in this step. */
  best: z.number(),
  /** By the board's own clock, in milliseconds since 1970: nobody else's is asked. */
  progressAt: z.number(),
  seenAt: z.number(),
});
export type Learner = z.infer<typeof LEARNER>;
const LEARNERS = z.array(LEARNER);

/** A class. More would be somebody who invents nicknames. */
export const MOST_LEARNERS = 200;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Who is on the board, kept in a file: whatever was acknowledged outlives the process. */
export class Learners {
  readonly #file: string;
  readonly #now: () => number;
  readonly #byToken = new Map<string, Learner>();

  /** @param file a broken one is put aside, and the board begins anew */
  constructor(file: string, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
    for (const learner of read(file)) this.#byToken.set(learner.tokenHash, learner);
  }

  get all(): Learner[] {
    return [...this.#byToken.values()];
  }

  find(token: string): Learner | undefined {
    return this.#byToken.get(hashOf(token));
  }

  /**
   * @param token of who is on the board already and wants another nickname
   * @returns the token, or why not
   */
  join(nickname: string, token = ''): { token: string } | 'nickname-taken' | 'board-full' {
    const known = this.find(token);
    if (this.all.some((other) => other !== known && isSame(other.nickname, nickname)))
      return 'nickname-taken';
    if (known) {
      known.nickname = nickname;
      this.#save();
      return { token };
    }
    if (this.#byToken.size >= MOST_LEARNERS) return 'board-full';
    const fresh = randomBytes(24).toString('base64url');
    const [tokenHash, now] = [hashOf(fresh), this.#now()];
    const learner = { nickname, tokenHash, best: 0, progressAt: now, seenAt: now };
    this.#byToken.set(tokenHash, learner);
    this.#save();
    return { token: fresh };
  }

  leave(learner: Learner): void {
    this.#byToken.delete(learner.tokenHash);
    this.#save();
  }

  /** Progress is another step, more checks passed than ever in this one, or its solution. */
  record(learner: Learner, report: Report): void {
    const before = learner.report?.step === report.step ? learner.report : undefined;
    const passed = report.passed ?? 0;
    learner.seenAt = this.#now();
    if (!before || passed > learner.best || (report.solved && !before.solved)) {
      learner.progressAt = learner.seenAt;
      learner.best = passed;
    }
    learner.report = { ...before, ...report };
    this.#save();
  }

  /** Whoever reads the file sees the old one or the new one, whole. */
  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.all));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function read(file: string): Learner[] {
  try {
    return LEARNERS.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    renameSync(file, `${file}.broken-${Date.now()}`);
    console.error(`${file} cannot be read, and is put aside: ${(error as Error).message}`);
    return [];
  }
}
