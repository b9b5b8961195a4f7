import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILE_CHECKS } from './file-checks.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** There are about a hundred pages. Milliseconds. */
const LIMIT = 120_000;

describe('The documentation', () => {
  it.each(FILE_CHECKS)(
    'When its pages are read, then $title',
    { timeout: LIMIT },
    async ({ check }) => {
      expect((await check(ROOT)).findings).toEqual([]);
    },
  );
});
