import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { build } from '../lessons/index.ts';
import { ROOT } from '../root.ts';
import { STEPS } from '../verify/index.ts';

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** What is missing in a starter: a service, its port, or what it promises. Never an import, and never the engine. */
const UNSOLVED =
  /no such service: |^Error: No port binding found for |^(Assertion)?Error: expected |^AssertionError: /m;

/** A repository with the starters as they are generated, whatever stands in steps/. */
async function layOutStarters() {
  const root = await mkdtemp(join(tmpdir(), 'starters-'));
  for (const [path, { content }] of (await build(ROOT)).generated) {
    if (!path.startsWith('steps/')) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  for (const name of ['shared', 'node_modules', 'package.json'])
    await symlink(join(ROOT, name), join(root, name));
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/**
 * For the longest of them, and as much again because other tests run beside them, in milliseconds. A machine that stalls
 * may spoil one of them; the summary says so.
 */
const ONCE_MORE = { timeout: 600_000, retry: 1 };

// The project `solutions` shows that each of them passes when its step is solved.
describe("A step's own test", () => {
  it('fails on every starter, because of what is not solved', ONCE_MORE, async () => {
    await using starters = await layOutStarters();

    const { stdout } = await execa(
      'vitest',
      // They wait for what never comes, so they may do that together.
      ['run', '--root', starters.root, '--dir', 'steps', '--reporter', 'json', '--maxWorkers', '4'],
      { cwd: starters.root, preferLocal: true, localDir: ROOT, reject: false },
    );

    const { testResults } = report.parse(JSON.parse(stdout));
    const failed = testResults.map(({ name, assertionResults }) => ({
      step: name.split('/').at(-2),
      tests: assertionResults.map(({ status, failureMessages }) => [status, `${failureMessages}`]),
    }));
    expect(failed.toSorted((a, b) => `${a.step}`.localeCompare(`${b.step}`))).toEqual(
      STEPS.map((step) => ({ step, tests: [['failed', expect.stringMatching(UNSOLVED)]] })),
    );
  });
});
