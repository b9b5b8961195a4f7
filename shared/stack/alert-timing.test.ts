import { describe, expect, it } from 'vitest';
import { crossingLimit, messageBounds, resolvedBounds } from './alert-timing.ts';

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
  it("is what the documentation says for the workshop's own settings", () => {
    expect(messageBounds(timing)).toEqual({ least: 15, most: 27 });
    expect(resolvedBounds(timing)).toEqual({ least: 0, most: 52 });
  });

  it('rounds the `for` of a rule up to whole evaluations', () => {
    expect(messageBounds({ ...timing, holdFor: 11 }).least).toBe(20);
  });

  it('is shorter under a stronger load, which crosses the threshold sooner', () => {
    expect(crossingLimit(timing, 50)).toBe(12 + 15);
    expect(crossingLimit(timing, 100)).toBe(6 + 15);
  });
});
