import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { keptName, removeKept } from './stack-starts.ts';
import { computeVerdict } from './verify.ts';

/** No stack of the demo has this name, so that a learner's own stays. */
const NO_DEMO = { COMPOSE_PROJECT_NAME: `none-${randomBytes(4).toString('hex')}` };

const workshop = (...args: string[]) =>
  execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', ...args], {
    cwd: ROOT,
    env: NO_DEMO,
    reject: false,
  });

const containersOf = (folder: string) => {
  const label = `label=com.docker.compose.project=${keptName(folder)}`;
  return docker(['ps', '--all', '--quiet', '--filter', label]);
};

describe('A verdict with --keep', () => {
  it('leaves its containers up until npm run down', async () => {
    const folder = join(ROOT, 'solutions/01-app');

    const verdict = await workshop('verify', '1', '--solution', '--keep');
    const kept = await containersOf(folder);
    const down = await workshop('down');

    expect(verdict.exitCode).toBe(0);
    expect(kept).not.toBe('');
    expect(down.exitCode).toBe(0);
    expect(await containersOf(folder)).toBe('');
  });

  it('sees a file that was fixed after a container had read it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'kept-'));
    const folder = join(home, '02-prometheus');
    cpSync(join(ROOT, 'solutions/02-prometheus'), folder, { recursive: true });
    const file = join(folder, 'prometheus/prometheus.yaml');
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, right.replace('job_name: web', 'job_name: web\n    metrics_path: /metric'));

    const wrong = await computeVerdict({ number: 2, dir: folder, keep: true });
    writeFileSync(file, right);
    const fixed = await computeVerdict({ number: 2, dir: folder, keep: true });
    await removeKept(folder);
    rmSync(home, { recursive: true });

    const actuals = wrong.results.map(({ finding }) => finding?.actual);
    expect(actuals.join()).toContain('/metric: server returned HTTP status 404');
    expect(fixed.failed).toBe(0);
    expect(fixed.solved).toBe(true);
    expect(await containersOf(folder)).toBe('');
  });

  it('pages for an outage soon after that of the verdict before', async () => {
    const failed: number[] = [];
    try {
      for (const _ of ['first', 'second'])
        failed.push((await computeVerdict({ number: 7, solution: true, keep: true })).failed);
    } finally {
      await removeKept(join(ROOT, 'solutions/07-slo'));
    }

    expect(failed).toEqual([0, 0]);
  });
});
