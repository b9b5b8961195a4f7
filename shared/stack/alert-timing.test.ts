import { describe, expect, it } from 'vitest';
import { crossingLimit, messageBounds, resolvedBounds, seconds } from './alert-timing.ts';

/** The workshop's own configuration. */
const timing = {
  scrapeInterval: 5,
  evaluationInterval: 5,
  holdFor: 10,
  window: 30,
  threshold: 20,
  groupWait: 5,
  groupInterval: 10,
};

describe('The time an alert may take', () => {
  it('When the rule holds for whole evaluations, then the bounds are those of the documentation', () => {
    expect(messageBounds(timing)).toEqual({ least: 15, most: 27 });
    expect(resolvedBounds(timing)).toEqual({ least: 0, most: 52 });
  });

  it('When the rule holds for part of an evaluation, then the whole evaluation counts', () => {
    expect(messageBounds({ ...timing, holdFor: 11 }).least).toBe(20);
  });

  it('When the load is stronger, then the threshold is crossed sooner', () => {
    expect(crossingLimit(timing, 50)).toBe(12 + 15);
    expect(crossingLimit(timing, 100)).toBe(6 + 15);
  });

  it.each([
    ['5s', 5],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1h', 3_600],
    ['0s', 0],
  ])('When Prometheus writes %s, then it is %d seconds', (duration, expected) => {
    expect(seconds(duration)).toBe(expected);
  });
});
