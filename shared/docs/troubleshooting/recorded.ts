import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, readFixtures } from '../../checks/index.ts';
import type { Finding } from '../../lessons/index.ts';
import { findStep } from '../../verify/index.ts';

/** What a named wrong answer gets from one check. */
export interface Recorded {
  /** Why somebody makes the mistake, in a sentence. */
  why: string;
  /** As printed. */
  text: string;
}

const fileOf = ({ step, name }: Answer) => `shared/checks/${findStep(step)}/wrong/${name}.txt`;

/** The messages recorded beside the wrong answers that a check finds. */
export function recordedMessages(
  root: string,
  step: number,
  id: string,
  title: string,
): Recorded[] {
  return readFixtures(step, 'wrong')
    .filter(({ fails }) => fails.includes(id))
    .map((answer) => ({ why: answer.why, text: messageOf(read(root, answer), title) }))
    .filter(({ text }) => text !== '');
}

/** A wrong answer without its message, or one that does not speak of a check that must fail. */
export function missingRecords(root: string, step: number, titles: Map<string, string>): Finding[] {
  // What only Grafana shows may never have been recorded, where its image cannot be had.
  const recordable = readFixtures(step, 'wrong').filter(({ requires }) => !requires);
  return recordable.flatMap((answer) =>
    answer.fails
      .filter((id) => messageOf(read(root, answer), titles.get(id) ?? id) === '')
      .map((id) => ({
        ...{ file: fileOf(answer), line: 1 },
        problem: `there is no message of the check ${id}`,
        remedy: `delete it and record it anew: npx vitest run --project ${answer.live ? 'proof' : 'plain'} shared/checks`,
      })),
  );
}

function read(root: string, answer: Answer): string {
  const path = join(root, fileOf(answer));
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The part about one check: from its line to the next one's. */
const messageOf = (text: string, title: string): string =>
  text.split(/^(?= {2}✗ )/m).find((part) => part.startsWith(`  ✗ ${title}`)) ?? '';
