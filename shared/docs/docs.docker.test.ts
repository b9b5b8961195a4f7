import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { openClone } from './blocks.ts';
import { readEnglish } from './checks.ts';
import { isCommand } from './reader.ts';

/** A page waits for a demo, or for a load test and a verdict. Milliseconds. */
const LIMIT = 900_000;

const pages = (await readEnglish(ROOT)).filter(({ blocks }) => blocks.some(isCommand));
const reader = await openClone(ROOT);
afterAll(() => reader[Symbol.asyncDispose](), LIMIT);

// In reading order, because a later page is read with what the first one has made.
it.each(pages)(
  'every command of the page succeeds in a fresh clone: $file',
  { timeout: LIMIT, retry: 1 },
  async (page) => {
    expect((await reader.follow(page)).findings).toEqual([]);
  },
);
