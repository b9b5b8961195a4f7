import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../root.ts';
import type { Verdict, VerifyEvent } from '../runner/index.ts';
import { watch } from './index.ts';
import { EDITOR_ENV, marksIn } from './test-editor.ts';
import { Watching } from './test-watching.ts';

describe('npm run watch N -- --static', () => {
  let home: string;
  let interrupt: AbortController;
  let events: AsyncGenerator<VerifyEvent, void>;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'watch-'));
    cpSync(join(ROOT, 'solutions/02-prometheus'), home, { recursive: true });
    interrupt = new AbortController();
    events = watch({ number: 2, dir: home, static: true, signal: interrupt.signal });
  });
  afterEach(async () => {
    interrupt.abort();
    await events.return();
    rmSync(home, { recursive: true });
  });

  async function nextVerdict(): Promise<Verdict> {
    for (;;) {
      const { value } = await events.next();
      if (!value) throw new Error('The watch has ended');
      if ('verdict' in value) return value.verdict;
    }
  }

  it('judges a saved file again, with its content hash, and is content once it is fixed', async () => {
    const file = join(home, 'prometheus/prometheus.yaml');
    const text = readFileSync(file, 'utf8');

    const before = await nextVerdict();
    writeFileSync(file, text.replace('scrape_interval: 5s', 'scrape_interval: 5'));
    const broken = await nextVerdict();
    writeFileSync(file, text);
    const fixed = await nextVerdict();

    expect(before.failed).toBe(0);
    const failed = broken.results.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ title }) => title)).toEqual([
      'Prometheus collects and evaluates every 5 seconds',
    ]);
    expect(broken.failed).toBe(1);
    expect(fixed.failed).toBe(0);
    expect(broken.contentHash).not.toBe(before.contentHash);
    expect(fixed.contentHash).toBe(before.contentHash);
  });

  it('judges when a file is deleted, and when it is there again', async () => {
    const file = join(home, 'prometheus/queries.yaml');
    const text = readFileSync(file, 'utf8');

    await nextVerdict();
    rmSync(file);
    const without = await nextVerdict();
    writeFileSync(file, text);
    const again = await nextVerdict();

    const places = without.results.map(({ finding }) => finding?.where);
    expect(places).toContain('prometheus/queries.yaml (missing)');
    expect(again.failed).toBe(0);
  });

  it.each(['en', 'zh-TW'])(
    'marks the line in the editor soon after a save (%s)',
    async (language) => {
      await using watching = new Watching('02-prometheus', ['--static'], {
        ...EDITOR_ENV,
        WORKSHOP_LANG: language,
      });

      const mistake = { 'scrape_interval: 5s': 'scrape_interval: 7s' };
      const path = 'prometheus/prometheus.yaml';
      const seconds = await expectMarked(watching, path, mistake, 'every 5 seconds');

      // A quarter of a second, as docs/figures.md says; a machine that runs other tests takes longer.
      expect(seconds).toBeLessThan(5);
    },
  );

  it('marks the line of TypeScript that the compiler refuses, without any container', async () => {
    await using watching = new Watching('01-app', ['--static'], EDITOR_ENV);

    const mistake = { 'createApp()': 'createAp()' };
    await expectMarked(watching, 'app/main.ts', mistake, "Cannot find name 'createAp'");
  });

  it.skipIf(process.platform === 'win32')('exits with 0 on Ctrl-C', async () => {
    await using watching = new Watching('02-prometheus', ['--static']);
    const { text, hash } = await watching.verdict();

    expect(text).toContain(' 0 failed');
    expect(hash).toHaveLength(8);
    expect(await watching.stop()).toBe(0);
  });
});

/**
 * The editor marks the line of a mistake when it is saved, and nothing before it and when it is fixed.
 *
 * @param mistake what is right, and what is written instead
 * @returns seconds from the save to the mark
 */
async function expectMarked(
  watching: Watching,
  path: string,
  mistake: Record<string, string>,
  message: string,
): Promise<number> {
  const [[right, wrong] = ['', '']] = Object.entries(mistake);
  const file = join(watching.folder, path);
  const text = readFileSync(file, 'utf8');
  const line = text.split('\n').findIndex((words) => words.includes(right)) + 1;
  const readMarks = async () => marksIn((await watching.verdict()).text);

  const before = await readMarks();
  const saved = performance.now();
  writeFileSync(file, text.replace(right, wrong));
  const broken = await readMarks();
  const seconds = (performance.now() - saved) / 1_000;
  writeFileSync(file, text);
  const fixed = await readMarks();

  expect(before).toEqual({ marks: [], isActive: false });
  expect(broken).toMatchObject({
    marks: [{ line, message: expect.stringContaining(message) }],
    isActive: false,
  });
  expect(resolve(ROOT, broken.marks[0]?.file ?? '')).toBe(file);
  expect(fixed).toEqual({ marks: [], isActive: false });
  return seconds;
}
