import { describe, expect, it } from 'vitest';
import { parseDuration, parseRange } from './duration.ts';

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

describe('A range of PromQL', () => {
  it.each([
    ['30s', 30],
    ['4w2d', 2_592_000],
    ['30', 30],
    ['0.5', 0.5],
    ['2_592_000', 2_592_000],
    ['2.592e+6', 2_592_000],
    ['0x1E', 30],
  ])('of %s looks back for %d seconds', (text, expected) => {
    expect(parseRange(text)).toBe(expected);
  });

  it.each(['', 's', '1.5h', '30 s', '030'])('is not what %j is', (text) => {
    expect(parseRange(text)).toBeNaN();
  });
});
