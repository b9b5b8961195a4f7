import { expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { COMMAND_CHECK } from './checks.ts';

/** A reader of all pages waits for a demo, a load test and five verdicts. */
const LIMIT = 1_800_000;

it('every command of the pages succeeds in a fresh clone', {
  timeout: LIMIT,
}, async () => {
  expect((await COMMAND_CHECK.check(ROOT)).findings).toEqual([]);
});
