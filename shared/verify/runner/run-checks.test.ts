import { describe, expect, it } from 'vitest';
import { MachineFault } from '../../engine/index.ts';
import { CheckSkipped, fail } from '../files/index.ts';
import { StepUnderTest } from '../files/step-under-test.ts';
import { type Check, defineStep } from './check.ts';
import { describeEnd, describeResult, headline } from './report.ts';
import { runChecks } from './run-checks.ts';

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

const run = async (checks: Check[], beforeLive = async () => {}) =>
  (await runChecks(checks, new StepUnderTest('.'), { beforeLive })).map(
    ({ id, outcome }) => `${id} ${outcome}`,
  );

describe('Running checks', () => {
  it('When a check can run beside others, then it begins as soon as its needs have passed, and is told in its place', async () => {
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
      logged('c', { needs: ['a'], beside: true }),
      failing('d'),
      failing('e', { beside: true, needs: ['d'] }),
    ]);

    expect(log).toEqual(['a begins', 'c begins', 'b begins']);
    expect(outcomes).toEqual(['a passed', 'b passed', 'c passed', 'd failed', 'e not run']);
  });

  it('When Ctrl-C cuts a check short, then that is no failure, and nothing more is run', async () => {
    const interrupt = new AbortController();
    const results: string[] = [];
    const cutShort = () => {
      interrupt.abort();
      fail(finding);
    };

    const running = runChecks(
      [check('a'), check('b', { run: cutShort }), check('c')],
      new StepUnderTest('.'),
      { signal: interrupt.signal, onResult: ({ id }) => results.push(id) },
    );

    await expect(running).rejects.toThrow('aborted');
    expect(results).toEqual(['a']);
  });

  it('When earlier results are asked for, then of one check at a time, also beside others', async () => {
    let asking = 0;
    const most: number[] = [];
    const earlier = async () => {
      most.push(++asking);
      await new Promise((resolve) => setTimeout(resolve, 10));
      asking -= 1;
      return undefined;
    };

    await runChecks(
      [check('a'), check('b'), check('c', { needs: ['a'], beside: true })],
      new StepUnderTest('.'),
      { earlier },
    );

    expect(most).toEqual([1, 1, 1]);
  });

  it('When the machine is in the way of one beside others, then it is said, and the others end first', async () => {
    const fault = new MachineFault('disk-full', 'no room', 'make room');
    let ended = false;
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended = true;
    };

    const verdict = run([
      check('a'),
      check('b', { run: slow }),
      check('c', { needs: ['a'], beside: true, run: () => Promise.reject(fault) }),
    ]);

    await expect(verdict).rejects.toBe(fault);
    expect(ended).toBe(true);
  });

  it('When a check fails, then those that need it are not run, and the others are', async () => {
    const outcomes = await run([
      failing('a'),
      check('b', { needs: ['a'] }),
      check('c', { needs: ['b'] }),
      check('d'),
    ]);

    expect(outcomes).toEqual(['a failed', 'b not run', 'c not run', 'd passed']);
  });

  it('When a static check fails, then no live one is run, and the machine is not even asked', async () => {
    const outcomes = await run([failing('a'), check('b', { kind: 'live' })], () => {
      throw new Error('asked');
    });

    expect(outcomes).toEqual(['a failed', 'b not run']);
  });

  it('When the machine is in the way, then no verdict is given', async () => {
    const broken = check('a', {
      run: () => {
        throw new MachineFault('no-disk', 'no disk', 'make room');
      },
    });

    await expect(run([broken])).rejects.toThrow('no disk');
  });

  it('When a check cannot be carried out here, then it is skipped with the reason', async () => {
    const skipping = check('a', {
      run: () => {
        throw new CheckSkipped('no-grafana', 'no Grafana');
      },
    });

    const [result] = await runChecks([skipping], new StepUnderTest('.'));

    const more = 'docs/troubleshooting/machine.md#no-grafana';
    expect(result).toMatchObject({ outcome: 'skipped', reason: 'no Grafana', more });
  });

  it('When a check needs something unknown or later, then the step is refused', () => {
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
  it('When a check passed, failed or was not run, then it reads as documented', async () => {
    const checks = [check('a'), failing('b'), check('c', { needs: ['b'] })];
    const results = await runChecks(checks, new StepUnderTest('.'), { page: 'step-3' });

    const text = [
      headline({ number: 3, title: 'Grafana', directory: 'steps/03-grafana' }),
      ...results.map((result) => describeResult({ ...result, seconds: 0.1 })),
      describeEnd({ passed: 1, failed: 1, skipped: 1, next: 'npm run verify:step-3' } as never),
    ].join('\n');

    expect(text).toMatchInlineSnapshot(`
      "Step 3 · Grafana                                                steps/03-grafana
        ✓ Check a                                                                0.1 s
        ✗ Check b
            expected  a
            actual    b
            where     x.yaml:7
            hint      Think.
            more      docs/troubleshooting/step-3.md#b
        · Check c
            not run: needs: Check b
      1 passed, 1 failed, 1 skipped
      next: npm run verify:step-3"
    `);
  });
});
