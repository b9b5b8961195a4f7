import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { docker } from '../engine/index.ts';
import { keptName } from './kept.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** No stack of the demo has this name, so that a learner's own stays. */
const NO_DEMO = { COMPOSE_PROJECT_NAME: `none-${randomBytes(4).toString('hex')}` };

const workshop = (...words: string[]) =>
  execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', ...words], {
    cwd: ROOT,
    env: NO_DEMO,
    reject: false,
  });

describe('npm run verify:step-1 -- --solution --keep', () => {
  it('When it has ended, then its containers stay up until npm run down', async () => {
    const label = `label=com.docker.compose.project=${keptName(join(ROOT, 'solutions/01-app'))}`;
    const containers = () => docker(['ps', '--quiet', '--filter', label]);

    const verdict = await workshop('verify', '1', '--solution', '--keep');
    const kept = await containers();
    const down = await workshop('down');

    expect(verdict.exitCode).toBe(0);
    expect(kept).not.toBe('');
    expect(down.exitCode).toBe(0);
    expect(await containers()).toBe('');
  });
});
