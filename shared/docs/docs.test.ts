import { describe, expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { FILE_CHECKS } from './checks.ts';

/** There are about a hundred pages. Milliseconds. */
const LIMIT = 120_000;

describe('The documentation', () => {
  it.each(FILE_CHECKS)('its pages: $title', { timeout: LIMIT }, async ({ check }) => {
    expect((await check(ROOT)).findings).toEqual([]);
  });
});
