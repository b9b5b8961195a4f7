import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

describe('A duration', () => {
  it.each([
    ['5s', 5],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1h', 3_600],
    ['1w', 604_800],
    ['0s', 0],
    ['0', 0],
    [0, 0],
  ])('of %s is %d seconds', (duration, expected) => {
    expect(parseDuration(duration)).toBe(expected);
  });

  it.each(['5', '5 s', 's', '-5s', '1.5s', '', 5, undefined, null, ['5s', '5s']])(
    'is not what %j is',
    (value) => {
      expect(parseDuration(value)).toBeNaN();
    },
  );
});
