import { describe, expect, it } from 'vitest';
import { MachineFault } from '../../engine/index.ts';
import { CheckSkipped, fail } from '../files/index.ts';
import { StepUnderTest } from '../files/step-under-test.ts';
import { type Check, defineStep } from './check.ts';
import { describeEvent } from './report.ts';
import { type Result, type RunOptions, runChecks } from './run-checks.ts';

const finding = { expected: 'a', actual: 'b', where: 'x.yaml:7', hint: 'Think.' };

const check = (id: string, rest: Partial<Check> = {}): Check => ({
  id,
  title: `Check ${id}`,
  kind: 'static',
  run: () => {},
  ...rest,
});

const failing = (id: string, rest: Partial<Check> = {}): Check =>
  check(id, { run: () => fail(finding), ...rest });

const resultsOf = async (checks: Check[], options?: RunOptions): Promise<Result[]> => {
  const results: Result[] = [];
  for await (const result of runChecks(checks, new StepUnderTest('.'), options))
    results.push(result);
  return results;
};

const run = async (checks: Check[]) =>
  (await resultsOf(checks)).map(({ id, outcome }) => `${id} ${outcome}`);

describe('Running checks', () => {
  it('a concurrent check begins as soon as its needs have passed, and is told in its place', async () => {
    const log: string[] = [];
    const logged = (id: string, rest: Partial<Check> = {}) =>
      check(id, {
        async run() {
          log.push(`${id} begins`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        },
        ...rest,
      });

    const outcomes = await run([
      logged('a'),
      logged('b'),
      logged('c', { needs: ['a'], concurrent: true }),
      failing('d'),
      failing('e', { concurrent: true, needs: ['d'] }),
    ]);

    expect(log).toEqual(['a begins', 'c begins', 'b begins']);
    expect(outcomes).toEqual(['a passed', 'b passed', 'c passed', 'd failed', 'e not run']);
  });

  it('a check that Ctrl-C cuts short has not failed, and no other is run', async () => {
    const interrupt = new AbortController();
    const results: string[] = [];
    const cutShort = () => {
      interrupt.abort();
      fail(finding);
    };

    const running = async () => {
      const checks = [check('a'), check('b', { run: cutShort }), check('c')];
      const { signal } = interrupt;
      for await (const { id } of runChecks(checks, new StepUnderTest('.'), { signal }))
        results.push(id);
    };

    await expect(running).rejects.toThrow('aborted');
    expect(results).toEqual(['a']);
  });

  it('the cache is asked about one check at a time, also about concurrent ones', async () => {
    let asking = 0;
    const most: number[] = [];
    const get = async () => {
      most.push(++asking);
      await new Promise((resolve) => setTimeout(resolve, 10));
      asking -= 1;
      return undefined;
    };

    await resultsOf([check('a'), check('b'), check('c', { needs: ['a'], concurrent: true })], {
      cache: { get },
    });

    expect(most).toEqual([1, 1, 1]);
  });

  it('a machine fault of a concurrent check is thrown after the others have ended', async () => {
    const fault = new MachineFault('disk-full');
    let ended = false;
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended = true;
    };

    const verdict = run([
      check('a'),
      check('b', { run: slow }),
      check('c', { needs: ['a'], concurrent: true, run: () => Promise.reject(fault) }),
    ]);

    await expect(verdict).rejects.toBe(fault);
    expect(ended).toBe(true);
  });

  it('checks that need a failed one are not run, the others are', async () => {
    const outcomes = await run([
      failing('a'),
      check('b', { needs: ['a'] }),
      check('c', { needs: ['b'] }),
      check('d'),
    ]);

    expect(outcomes).toEqual(['a failed', 'b not run', 'c not run', 'd passed']);
  });

  it('no live check is run after a static one has failed', async () => {
    const outcomes = await run([failing('a'), check('b', { kind: 'live' })]);

    expect(outcomes).toEqual(['a failed', 'b not run']);
  });

  it('of a separate one that has failed, only those are not run that need it', async () => {
    const outcomes = await run([
      failing('a', { separate: true }),
      check('b', { kind: 'live' }),
      check('c', { kind: 'live', needs: ['a'] }),
    ]);

    expect(outcomes).toEqual(['a failed', 'b passed', 'c not run']);
  });

  it('a machine fault ends the run without a verdict', async () => {
    const broken = check('a', {
      run: () => {
        throw new MachineFault('disk-full');
      },
    });

    await expect(run([broken])).rejects.toThrow('The disk that the Docker engine uses is full.');
  });

  it.each(['ENOSPC', 'EROFS'])('a disk that says %s is one, too', async (code) => {
    const refused = Object.assign(new Error(code), { code, errno: -1, path: '/tmp/x' });

    const verdict = run([check('a', { run: () => Promise.reject(refused) })]);

    await expect(verdict).rejects.toMatchObject({ id: 'disk-refuses' });
  });

  it('a check that this machine cannot carry out is skipped with the reason', async () => {
    const skipping = check('a', {
      run: () => {
        throw new CheckSkipped('grafana-image', { reason: 'no network' });
      },
    });

    const [result] = await resultsOf([skipping]);

    const more = 'docs/troubleshooting/machine.md#grafana-image';
    expect(result).toMatchObject({
      outcome: 'skipped',
      reason: `Grafana's image is not available: no network`,
      more,
    });
  });

  it('a live check runs although a local one was skipped, and not when one has failed', async () => {
    const skipping = () => {
      throw new CheckSkipped('app-package', { name: 'x' });
    };
    const outcomes = async (run: () => void) =>
      (
        await resultsOf([
          check('a', { kind: 'local', run }),
          check('b', { kind: 'local', needs: ['a'] }),
          check('c', { kind: 'live' }),
        ])
      ).map(({ outcome }) => outcome);

    expect(await outcomes(skipping)).toEqual(['skipped', 'not run', 'passed']);
    expect(await outcomes(() => fail(finding))).toEqual(['failed', 'not run', 'not run']);
  });

  it('a step whose check needs an unknown or later one is refused', () => {
    const step = {
      id: '09-x',
      title: '',
      services: [],
      checks: [check('a', { needs: ['b'] }), check('b')],
    };

    expect(() => defineStep(step)).toThrow('09-x: a needs b');
  });
});

describe('The report', () => {
  it('shows checks that passed, failed and were not run as the documentation says', async () => {
    const checks = [check('a'), failing('b'), check('c', { needs: ['b'] })];
    const directory = 'steps/03-grafana';
    const subject = { step: '03-grafana', number: 3, title: 'Grafana', directory };
    const counts = { passed: 1, failed: 1, skipped: 1, next: 'npm run verify:step-3' };
    const results = await resultsOf(checks, { page: 'step-3' });

    const text = [
      describeEvent({ start: subject }),
      ...results.map((result) => describeEvent({ result: { ...result, seconds: 0.1 } })),
      describeEvent({
        verdict: { ...subject, ...counts, results, contentHash: '', solved: false },
      }),
    ]
      .filter((printed) => printed !== undefined)
      .join('\n');

    expect(text).toMatchInlineSnapshot(`
      "Step 3 · Grafana                                                steps/03-grafana
        ✓ Check a                                                                0.1 s
        ✗ Check b
            expected  a
            actual    b
            where     x.yaml:7
            hint      Think.
            more      docs/troubleshooting/step-3.md#b
        · 1 check not run: it needs what is named above
      1 passed, 1 failed, 1 skipped
      next: npm run verify:step-3"
    `);
  });

  it('says how to start the servers that a hint names, which run no longer', async () => {
    const subject = { step: '03-grafana', number: 3, title: 'Grafana', directory: 'steps/03-x' };
    const [result] = await resultsOf([failing('b')], {});
    const endWith = (hint: string) =>
      describeEvent({
        verdict: {
          ...{ ...subject, passed: 0, failed: 1, skipped: 0, next: '', contentHash: '' },
          results: [{ ...result, finding: { ...result?.finding, hint } }] as Result[],
          solved: false,
        },
      });

    const look =
      '· To look at the servers: docker compose up --detach --build --wait   (in steps/03-x)';
    expect(endWith('http://localhost:9090/targets shows why.')).toContain(look);
    expect(endWith('docker compose logs app says why.')).toContain(look);
    expect(endWith('Think.')).not.toContain('To look');
  });
});
