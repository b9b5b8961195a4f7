import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clone, clone } from '../learner/test-clone.ts';
import { readNote } from './output.ts';
import { writeOutputs } from './paste.ts';
import { readText } from './read-text.ts';
import { checkTranslations } from './translations.ts';

const PAGE = 'solutions/02-prometheus/README.md';
const TWIN = 'solutions/02-prometheus/README.zh-TW.md';

describe('What a run has printed', () => {
  let workshop: Clone;
  beforeAll(async () => {
    workshop = await clone();
  });
  afterAll(() => workshop[Symbol.dispose]());

  /** Pastes what the page shows, with another time in each line. */
  async function paste(seconds: string): Promise<void> {
    const { blocks } = await readText(workshop.root, PAGE);
    const outputs = blocks
      .filter(({ note }) => readNote(note))
      .map((block) => ({
        ...{ file: PAGE, block, isCompared: true },
        printed: block.content.replaceAll(/\d+\.\d s$/gm, seconds),
      }));
    await writeOutputs(workshop.root, PAGE, outputs);
  }

  const timesIn = (file: string) =>
    new Set(readFileSync(join(workshop.root, file), 'utf8').match(/\d+\.\d s$/gm));

  it('pasted output stands in both languages, and the translation stays fresh', async () => {
    await paste('7.7 s');

    expect([timesIn(PAGE), timesIn(TWIN)]).toEqual([new Set(['7.7 s']), new Set(['7.7 s'])]);
    expect(await checkTranslations(workshop.root)).toEqual([]);
  });

  it('a stale translation stays stale', async () => {
    appendFileSync(join(workshop.root, PAGE), '\nOne sentence more.\n');

    await paste('8.8 s');

    expect(await checkTranslations(workshop.root)).toMatchObject([
      { file: TWIN, problem: 'a stale translation' },
    ]);
  });
});
