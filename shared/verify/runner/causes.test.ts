import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../root.ts';
import { StepUnderTest } from '../files/index.ts';
import { explainStart } from './causes.ts';

const step = new StepUnderTest(join(ROOT, 'solutions/01-app'));

it.each([
  [
    'an error of a program that goes on running',
    'is not healthy. Its last words:\nError: Cannot read numbers\n    at file:///app/src/metrics.ts:7:3\n(file:///app/src/metrics.ts:7:3)',
    /^app\/metrics\.ts:7$/,
  ],
  [
    'a healthcheck that says no',
    'is not healthy. It has printed nothing.',
    /^docker-compose\.yaml:\d+$/,
  ],
])('%s leads to where it stands', (_, problem, place) => {
  expect(explainStart(step, `The service app ${problem}`).where).toMatch(place);
});
