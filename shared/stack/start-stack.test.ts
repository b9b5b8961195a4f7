import { expect, it } from 'vitest';
import { limitTo } from './start-stack.ts';

it('no more jobs run at once than are allowed', async () => {
  let [now, most] = [0, 0];
  const limited = limitTo(2);
  const job = (n: number) => async () => {
    most = Math.max(most, ++now);
    await new Promise((done) => setTimeout(done, 5 - n));
    now--;
    return n;
  };

  expect(await Promise.all([1, 2, 3, 4].map((n) => limited(job(n))))).toEqual([1, 2, 3, 4]);
  expect(most).toBe(2);
});
