import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../commands/index.ts';
import { ROOT } from '../../root.ts';
import { StepFiles } from '../files/index.ts';
import type { Verdict } from './report.ts';
import { verify as judge } from './verify.ts';

/** Runs the command behind `npm run verify:step-N`, without starting a program. */
async function verify(...args: string[]) {
  const printed = { stdout: '', stderr: '' };
  const write = (stream: keyof typeof printed) => (text: unknown) => {
    printed[stream] += `${text}\n`;
    return true;
  };
  using _log = vi.spyOn(console, 'log').mockImplementation(write('stdout'));
  using _error = vi.spyOn(console, 'error').mockImplementation(write('stderr'));
  using _stdout = vi.spyOn(process.stdout, 'write').mockImplementation(write('stdout'));
  const exitCode = await main(['verify', ...args], new AbortController().signal);
  return { exitCode, ...printed };
}

describe('npm run verify:step-N', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'verify-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('lists the steps and exits with 2 when there is no such step', async () => {
    const result = await verify('99');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('There is no step 99. The steps: 01-app, 02-prometheus');
    expect(result.stderr).toContain('next: npm run workshop');
  });

  it('is about the files that it began with, also when somebody saves meanwhile', async () => {
    const dir = join(home, 'step');
    cpSync(join(ROOT, 'solutions/01-app'), dir, { recursive: true });
    const before = new StepFiles(dir).contentHash();
    let verdict: Verdict | undefined;

    for await (const event of judge({ number: 1, dir, static: true })) {
      if ('result' in event) writeFileSync(join(dir, 'app/note.ts'), '// later');
      if ('verdict' in event) verdict = event.verdict;
    }

    expect(verdict?.contentHash).toBe(before);
    expect(new StepFiles(dir).contentHash()).not.toBe(before);
  });

  it('names a misspelled option with those that there are, and exits with 2', async () => {
    const result = await verify('1', '--solutoin');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('--solution ');
    expect(result.stderr).toMatch(/\n\nUnknown option '--solutoin'.*\n$/);
  });

  it.each([
    ['missing', () => join(home, 'nowhere'), 'no such folder'],
    ['empty', () => home, 'an empty folder'],
  ])(
    'a folder that is %s is the one failure, and the exit code is 1',
    async (_, folder, actual) => {
      const { exitCode, stdout } = await verify('1', '--static', '--dir', folder());

      expect(exitCode).toBe(1);
      expect(stdout).toContain(`actual    ${actual}`);
      expect(stdout).toMatch(/^0 passed, 1 failed, \d+ skipped$/m);
      expect(stdout).toContain('hint      --dir takes any folder laid out like steps/01-app.');
      expect(stdout).not.toContain('git restore');
    },
  );

  describe('of step 3 with a misspelled host', () => {
    let directory: string;
    beforeEach(() => {
      directory = join(home, '03-grafana');
      cpSync(join(ROOT, 'solutions/03-grafana'), directory, { recursive: true });
      const file = join(directory, 'grafana/provisioning/datasources/prometheus.yaml');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('http://prometheus:', 'http://promethus:'));
    });

    it('prints this report', async () => {
      const { exitCode, stdout } = await verify('3', '--dir', directory);

      expect(exitCode).toBe(1);
      await expect(stable(stdout)).toMatchFileSnapshot('./snapshots/step-3.txt');
    });

    it('prints this document and nothing else with --json', async () => {
      const result = await verify('3', '--json', '--dir', directory);

      expect(result.exitCode).toBe(1);
      expect(JSON.parse(result.stdout)).toMatchObject({
        step: '03-grafana',
        solved: false,
        failed: 1,
      });
      await expect(stable(result.stdout)).toMatchFileSnapshot('./snapshots/step-3.json');
    });
  });

  /** Without what differs from run to run: times, and the name of the temporary folder. */
  const stable = (text: string): string =>
    text
      .replaceAll(/ {2,}\S*verify-\S*03-grafana/g, '  DIRECTORY')
      .replaceAll(/"[^"]*verify-[^"]*03-grafana"/g, '"DIRECTORY"')
      .replaceAll(/\d+\.\d s$/gm, '0.0 s')
      .replaceAll(/"seconds": [\d.e-]+/g, '"seconds": 0')
      .replaceAll(/"contentHash": "[0-9a-f]{8}"/g, '"contentHash": "00000000"');
});
