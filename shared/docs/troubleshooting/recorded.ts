import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, readFixtures } from '../../checks/index.ts';
import type { Finding } from '../../lessons/index.ts';
import { findStep } from '../../verify/index.ts';

/** A wrong answer, and what was recorded of its report. */
export type Recorded = Answer & { report: string };

/** What a wrong answer gets from one check: why somebody makes the mistake, and the message as printed. */
export interface Example {
  why: string;
  text: string;
}

const fileOf = ({ step, name }: Answer) => `shared/checks/${findStep(step)}/wrong/${name}.txt`;

/** The wrong answers of a step. @param root where their reports are recorded */
export const readRecorded = (root: string, step: number): Recorded[] =>
  readFixtures(step, 'wrong').map((answer) => {
    const path = join(root, fileOf(answer));
    return { ...answer, report: existsSync(path) ? readFileSync(path, 'utf8') : '' };
  });

/** The messages of one check to those wrong answers that it finds. */
export const examplesOf = (records: Recorded[], id: string, title: string): Example[] =>
  records
    .filter(({ fails }) => fails.includes(id))
    .map(({ why, report }) => ({ why, text: messageIn(report, title) }))
    .filter(({ text }) => text !== '');

/** A wrong answer without its message, or one that does not speak of a check that must fail. */
export function missingRecords(records: Recorded[], titles: Map<string, string>): Finding[] {
  // What only Grafana shows may never have been recorded, where its image is not available.
  const recordable = records.filter(({ requires }) => !requires);
  return recordable.flatMap((answer) =>
    answer.fails
      .filter((id) => messageIn(answer.report, titles.get(id) ?? id) === '')
      .map((id) => ({
        ...{ file: fileOf(answer), line: 1 },
        problem: `there is no message of the check ${id}`,
        remedy: `delete it and record it anew: npx vitest run --project ${answer.live ? 'proof' : 'plain'} shared/checks`,
      })),
  );
}

/** The part of a report about one check: from its line to the next one's. */
const messageIn = (report: string, title: string): string =>
  report.split(/^(?= {2}✗ )/m).find((part) => part.startsWith(`  ✗ ${title}`)) ?? '';
