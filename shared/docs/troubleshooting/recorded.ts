import { join } from 'node:path';
import { type Fixture, messagesFile, readFixtures, readMessages } from '../../checks/index.ts';
import type { Finding } from '../../lessons/index.ts';
import { findStep } from '../../verify/index.ts';

/** What a named wrong answer gets from one check. */
export interface Recorded {
  /** Why somebody makes the mistake, in a sentence. */
  why: string;
  /** As printed. */
  text: string;
}

/** The messages recorded for the wrong answers that a check finds. */
export function recordedMessages(
  root: string,
  step: number,
  id: string,
  title: string,
): Recorded[] {
  return readFixtures(findStep(step))
    .filter(({ fails }) => fails.includes(id))
    .map((fixture) => ({ why: fixture.why, text: messageOf(read(root, fixture), title) }))
    .filter(({ text }) => text !== '');
}

/** A wrong answer without its message, or one that does not speak of a check that must fail. */
export function missingRecords(root: string, step: number, titles: Map<string, string>): Finding[] {
  // What only Grafana shows may never have been recorded, where its image is not available.
  const recordable = readFixtures(findStep(step)).filter(({ requires }) => !requires);
  return recordable.flatMap((fixture) =>
    fixture.fails
      .filter((id) => messageOf(read(root, fixture), titles.get(id) ?? id) === '')
      .map((id) => ({
        ...{ file: messagesFile(fixture), line: 1 },
        problem: `there is no message of the check ${id} for ${fixture.name}`,
        remedy: `record it: npx vitest run --project ${fixture.live ? 'proof' : 'plain'} shared/checks -u -t ${fixture.name}`,
      })),
  );
}

const read = (root: string, fixture: Fixture): string =>
  readMessages(join(root, messagesFile(fixture))).get(fixture.name) ?? '';

/** The part about one check: from its line to the next one's. */
const messageOf = (text: string, title: string): string =>
  text.split(/^(?= {2}✗ )/m).find((part) => part.startsWith(`  ✗ ${title}`)) ?? '';
