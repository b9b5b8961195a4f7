import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILE_CHECKS, SITE_CHECK } from './checks.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The site has about a hundred pages, and a browser looks at each. */
const BROWSER_LIMIT = 600_000;

describe('The documentation', () => {
  it.each(FILE_CHECKS)('When its pages are read, then $title', async ({ check }) => {
    expect((await check(ROOT)).findings).toEqual([]);
  });

  it('When its site is opened in a browser, then everybody can read every page', {
    timeout: BROWSER_LIMIT,
  }, async ({ skip }) => {
    const { findings, skipped } = await SITE_CHECK.check(ROOT);

    if (skipped) skip(skipped);
    expect(findings).toEqual([]);
  });
});
