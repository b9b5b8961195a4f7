import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runIn } from '../learner/test-clone.ts';
import { ROOT } from '../root.ts';
import type { Bounds } from '../stack/index.ts';
import { temporaryFolder } from '../temporary.ts';
import { atMost, figure, goal, type Part, type Report, statistics, text } from './figures.ts';
import {
  complete,
  describePart,
  PARTS,
  readFigures,
  renderFigures,
  runParts,
  writeFigures,
} from './index.ts';
import type { Machine } from './machine.ts';

const QUIET: Machine = {
  ...{ processor: 'Example 1', cores: 2, memory: 8, system: 'linux 6 x64', load: 0.1, busy: 0.01 },
  versions: { 'Node.js': '24.0.0' },
};

/** A part that has measured 1 to 20 seconds. */
const PART: Part = {
  ...{ title: text('An example', '範例'), about: text('Twenty runs.', '二十次。') },
  ...{ runs: 20, memory: 1, containers: false },
  measure: async ({ runs }) => ({
    series: [
      figure(
        ['a & b', '甲'],
        's',
        Array.from({ length: runs }, (_, n) => runs - n),
        { least: 1, most: 30 },
      ),
    ],
    notes: [],
  }),
  goals: [
    goal(['a ≤ 19 s in 95 of 100', '甲 ≤ 19 秒'], atMost(/^a/, 'p95', 19)),
    goal(['a ≤ 19 s', '甲 ≤ 19 秒'], atMost(/^a/, 'max', 19), text('it is slow', '太慢')),
    goal(['b ≤ 1 s', '乙 ≤ 1 秒'], atMost(/^b$/, 'max', 1)),
  ],
};

/** Measures the example, on a machine that is like this one. */
async function measure({ free = 4, ...rest }: Partial<Machine> & { free?: number } = {}) {
  const said: string[] = [];
  const signal = new AbortController().signal;
  const machine = { look: async () => ({ ...QUIET, ...rest }), free: async () => free };
  const say = (line: string) => void said.push(line);
  const options = { quick: false, say, signal };
  for await (const outcome of runParts({ example: PART }, options, machine))
    if ('report' in outcome) return { report: outcome.report, said: said.join('\n') };
  return { report: undefined, said: said.join('\n') };
}

/** A file that follows from a report of the example. */
const pageOf = (example: Report, file = 'docs/figures.md') =>
  renderFigures({ example }, { example: PART }).get(file);

/** The same on a quiet machine, where it is measured for certain. */
const report = async () => (await measure()).report as Report;

describe('A figure', () => {
  it('has the least, the middle, the 95th and the largest of its runs', () => {
    const values = Array.from({ length: 100 }, (_, n) => (n * 37) % 100);

    expect(statistics(values)).toEqual({ min: 0, median: 49, p95: 94, max: 99 });
    expect(statistics([7])).toEqual({ min: 7, median: 7, p95: 7, max: 7 });
  });
});

describe('A goal about every run', () => {
  const held = (part: string, name: string, values: number[], bounds?: Bounds) =>
    PARTS[part]?.goals.flatMap(
      ({ look }) => look([figure([name, ''], 'count', values, bounds)]) ?? [],
    );

  it.each([
    ['FIRING messages, one of each killed', [1, 1], { seen: '2 / 2', held: true }],
    ['RESOLVED messages, one of each killed', [1, 2, 0], { seen: '1 / 3', held: false }],
  ])('wants one message of each kind: %s, %j', (name, values, seen) => {
    expect(held('failover', name, values)).toEqual([seen]);
    expect(held('failover', name.replace('one of each', 'none'), values)).toEqual([]);
  });

  it('wants values inside their bounds, where they have some', () => {
    const bounds = { least: 2, most: 10 };

    expect(held('board', 'stuck', [2, 9.9], bounds)).toEqual([{ seen: '2 / 2', held: true }]);
    expect(held('board', 'stuck', [1.9, 10], bounds)).toEqual([{ seen: '0 / 2', held: false }]);
    expect(held('board', 'stuck', [1])).toEqual([]);
  });
});

describe('The bench', () => {
  it('measures on a quiet machine without a word of warning', async () => {
    const { report, said } = await measure();

    expect(report?.series[0]?.values).toHaveLength(20);
    expect(said).not.toContain('WARNING');
  });

  it('warns of a busy machine, and says so wherever it shows what it measured there', async () => {
    const { report, said } = await measure({ busy: 0.5, load: 3.2 });
    const example = report as Report;

    expect(said).toContain('WARNING: this machine is not quiet: 50 % of its 2 cores');
    expect(describePart('example', example, PART)).toContain('WARNING');
    expect(complete(example, PART).quiet).toBe(false);
    expect(pageOf(example)).toContain('The machine was not quiet:');
  });

  it('refuses to measure where memory is too small', async () => {
    const { report, said } = await measure({ free: 0.5 });

    expect(report).toBeUndefined();
    expect(said).toBe('example: not measured: it needs 1.0 GB of free memory, and there are 0.5');
  });

  it('says of each goal whether it is held, and not measured where nothing was', async () => {
    const { goals } = complete(await report(), PART);

    expect(goals.map(({ seen, held }) => [seen, held])).toEqual([
      ['19.00 s', true],
      ['20.00 s', false],
      ['–', null],
    ]);
  });

  it('prints one JSON document about a real run', { timeout: 60_000 }, async () => {
    const { exitCode, stdout } = await runIn(ROOT, ['bench', 'overhead', '--quick', '--json']);

    const { ok, parts } = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(ok).toBe(true);
    const step1 = parts.overhead.series.find(({ name }: { name: { en: string } }) =>
      /^steps? 1/.test(name.en),
    );
    expect(step1).toMatchObject({ unit: '×', statistics: { median: expect.any(Number) } });
    expect(parts.overhead.machine).toMatchObject({
      cores: expect.any(Number),
      load: expect.any(Number),
    });
  });

  it.each([
    [['nothing'], 'There is no part "nothing". The parts: alert, failover, overhead'],
    [['pages', '--runs', '0'], '--runs is a whole number above 0'],
    [['pages', '--quick', '--write'], '--quick measures nothing that may stand on a page'],
  ])('refuses %j', async (args, problem) => {
    const { exitCode, stderr } = await runIn(ROOT, ['bench', ...args]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(problem);
  });
});

describe('The page of figures', () => {
  it('says what is held, what is not and why', async () => {
    const page = pageOf(await report());

    expect(page).toContain('| example | a ≤ 19 s in 95 of 100 | 19.00 s | held |');
    expect(page).toContain('| example | a ≤ 19 s | 20.00 s | **not held**: it is slow |');
    expect(page).toContain('| example | b ≤ 1 s | – | not measured yet |');
    expect(page).toContain('| a & b | 20 | 1.00 s | 10.00 s | 19.00 s | 20.00 s |');
  });

  it('draws each run, and escapes what XML does not allow', async () => {
    const drawing = pageOf(await report(), 'docs/pictures/figures-example-s.svg');

    expect(drawing?.match(/<circle/g)).toHaveLength(20);
    expect(drawing).toContain('a &amp; b');
  });

  it('is replaced part by part: what was not measured again stays', async () => {
    await using folder = temporaryFolder('figures');
    const root = folder.path;
    cpSync(join(ROOT, 'docs/figures.json'), join(root, 'docs/figures.json'));
    const example = await report();

    const before = readFigures(root);
    writeFigures(root, { example }, { ...PARTS, example: PART });

    expect(readFigures(root)).toEqual({ ...before, example });
  });

  it('of this repository is what follows from its runs, and each goal that is not held has its reason', () => {
    const files = renderFigures(readFigures(ROOT), PARTS);

    const edited = [...files].filter(
      ([path, content]) => readFileSync(join(ROOT, path), 'utf8') !== content,
    );
    expect(edited.map(([path]) => path)).toEqual([]);
    expect(files.get('docs/figures.md')).not.toMatch(/\*\*not held\*\* \|/);
  });
});
