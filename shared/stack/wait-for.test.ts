import { describe, expect, it } from 'vitest';
import { MachineFault, WrongResult } from '../engine/index.ts';
import { waitFor } from './wait-for.ts';

describe('Waiting for a condition', () => {
  it('returns what was seen at the third look, when that holds', async () => {
    let looks = 0;

    const seen = await waitFor({
      what: 'the third look',
      withinSeconds: 5,
      look: async () => ++looks,
      until: (count) => count === 3,
    });

    expect(seen).toBe(3);
  });

  it('the error says what was awaited and what was last seen', async () => {
    const wait = waitFor({
      what: 'the target to be up',
      withinSeconds: 0.3,
      look: async () => ({ health: 'down' }),
      until: () => false,
    });

    await expect(wait).rejects.toThrow(WrongResult);
    await expect(wait).rejects.toThrow('for the target to be up. Last seen: {"health":"down"}');
  });

  it('a look that fails is repeated, and the failure is the last thing seen', async () => {
    const wait = waitFor({
      what: 'Prometheus to answer',
      withinSeconds: 0.3,
      look: () => Promise.reject(new Error('ECONNREFUSED')),
      until: () => true,
    });

    await expect(wait).rejects.toThrow('Last seen: ECONNREFUSED');
  });

  it('looks once more when the time is over, because the machine may have stalled', async () => {
    const start = Date.now();
    const wait = {
      ...{ what: 'half a second', withinSeconds: 0.1, every: 600 },
      look: async () => Date.now() - start,
      until: (passed: number) => passed >= 500,
    };

    expect(await waitFor(wait)).toBeGreaterThanOrEqual(500);
  });

  it('a bound that is no number ends the wait at the first look', async () => {
    let looks = 0;
    const look = async () => ++looks;
    const wait = waitFor({ what: 'nothing', withinSeconds: Number.NaN, look, until: () => false });

    await expect(wait).rejects.toThrow('Last seen: 1');
  });

  it('a look that the machine stands in the way of is not repeated', async () => {
    const fault = new MachineFault('engine-silent');
    const wait = waitFor({
      what: 'Prometheus to answer',
      withinSeconds: 60,
      look: () => Promise.reject(fault),
      until: () => true,
    });

    await expect(wait).rejects.toBe(fault);
  });

  it('an aborted signal ends the wait at once', async () => {
    const stop = new AbortController();
    const wait = waitFor({
      what: 'nothing',
      withinSeconds: 60,
      look: async () => stop.abort(),
      until: () => false,
      signal: stop.signal,
    });

    await expect(wait).rejects.toThrow(/abort/i);
  });
});
