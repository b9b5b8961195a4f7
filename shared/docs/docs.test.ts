import { describe, expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { SITE_CHECK } from './checks.ts';
import { FILE_CHECKS } from './file-checks.ts';

/** There are about a hundred pages, and a browser looks at each. Milliseconds. */
const LIMIT = { files: 120_000, browser: 900_000 };

describe('The documentation', () => {
  it.each(FILE_CHECKS)(
    'When its pages are read, then $title',
    { timeout: LIMIT.files },
    async ({ check }) => {
      expect((await check(ROOT)).findings).toEqual([]);
    },
  );

  it('When its site is opened in a browser, then everybody can read every page', {
    timeout: LIMIT.browser,
  }, async ({ skip }) => {
    const { findings, skipped } = await SITE_CHECK.check(ROOT);

    if (skipped) skip(skipped);
    expect(findings).toEqual([]);
  });
});
