import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../root.ts';

/** Runs the command behind `npm run verify:step-N`, as a person without a terminal would. */
const verify = (...words: string[]) =>
  execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', 'verify', ...words], {
    cwd: ROOT,
    env: { NO_COLOR: '1' },
    reject: false,
  });

describe('npm run verify:step-N', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'verify-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('When there is no such step, then the steps are listed and the exit code is 2', async () => {
    const result = await verify('9');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('There is no step 9. The steps: 01-app, 02-prometheus');
    expect(result.stderr).toContain('next: npm run workshop');
  });

  it('When an option is misspelled, then it is named with those that there are, and the exit code is 2', async () => {
    const result = await verify('1', '--solutoin');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("Unknown option '--solutoin'");
    expect(result.stderr).toContain('--solution');
  });

  it.each([
    ['is missing', () => join(home, 'nowhere'), 'no such folder'],
    ['is empty', () => home, 'an empty folder'],
  ])(
    'When the folder %s, then that is the one failure and the exit code is 1',
    async (_, folder, actual) => {
      const result = await verify('1', '--static', '--dir', folder());

      expect(result.exitCode).toBe(1);
      expect(result.stdout).toContain(`actual    ${actual}`);
      expect(result.stdout).toMatch(/^0 passed, 1 failed, \d+ skipped$/m);
    },
  );

  describe('of step 3 with a misspelled host', () => {
    beforeEach(() => {
      const directory = join(home, '03-grafana');
      mkdirSync(directory);
      cpSync(join(ROOT, 'solutions/03-grafana'), directory, { recursive: true });
      const file = join(directory, 'grafana/provisioning/datasources/prometheus.yaml');
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('http://prometheus:', 'http://promethus:'),
      );
    });

    it('When it is judged, then the report is this text', async () => {
      const result = await verify('3', '--dir', join(home, '03-grafana'));

      expect(result.exitCode).toBe(1);
      await expect(stable(result.stdout)).toMatchFileSnapshot('./snapshots/step-3.txt');
    });

    it('When it is judged with --json, then the report is this document and nothing else', async () => {
      const result = await verify('3', '--json', '--dir', join(home, '03-grafana'));

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
    `${text
      .replaceAll(/ {2,}\S*verify-\S*03-grafana/g, '  DIRECTORY')
      .replaceAll(/"[^"]*verify-[^"]*03-grafana"/g, '"DIRECTORY"')
      .replaceAll(/\d+\.\d s$/gm, '0.0 s')
      .replaceAll(/"seconds": [\d.e-]+/g, '"seconds": 0')
      .replaceAll(/"contentHash": "[0-9a-f]{8}"/g, '"contentHash": "00000000"')}\n`;
});
