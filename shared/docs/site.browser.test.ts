import { expect, test } from 'vitest';
import { ROOT } from '../root.ts';
import { SITE_CHECK } from './checks.ts';

/** There are about a hundred pages, and a browser looks at each. Milliseconds. */
const LIMIT = 900_000;

test('everybody can read every page of the site', { timeout: LIMIT }, async ({ skip }) => {
  const { findings, skipped } = await SITE_CHECK.check(ROOT);

  if (skipped) skip(skipped);
  expect(findings).toEqual([]);
});
