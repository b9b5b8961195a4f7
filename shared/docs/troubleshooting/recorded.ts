import { join } from 'node:path';
import { type Fixture, messagesFile, readFixtures, readMessages } from '../../checks/index.ts';
import type { Finding } from '../../lessons/index.ts';

/** A wrong answer, and what was recorded of its report. */
export type Recorded = Fixture & { report: string };

/** What a wrong answer gets from one check: why somebody makes the mistake, and the message as printed. */
export interface Example {
  why: string;
  text: string;
}

/** The wrong answers of a step. @param root where their reports are recorded */
export const readRecorded = (root: string, step: string): Recorded[] =>
  readFixtures(step)
    .filter(({ kind }) => kind === 'wrong')
    .map((fixture) => {
      const messages = readMessages(join(root, messagesFile(fixture)));
      return { ...fixture, report: messages.get(fixture.name) ?? '' };
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
  return recordable.flatMap((fixture) =>
    fixture.fails
      .filter((id) => messageIn(fixture.report, titles.get(id) ?? id) === '')
      .map((id) => ({
        ...{ file: messagesFile(fixture), line: 1 },
        problem: `there is no message of the check ${id} for ${fixture.name}`,
        remedy: `record it: npx vitest run --project ${fixture.live ? 'proof' : 'plain'} shared/checks -u -t ${fixture.name}`,
      })),
  );
}

/** The part of a report about one check: from its line to the next one's. */
const messageIn = (report: string, title: string): string =>
  report.split(/^(?= {2}✗ )/m).find((part) => part.startsWith(`  ✗ ${title}`)) ?? '';
