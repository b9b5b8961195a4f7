import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What commands print does not depend on the language of the machine. */
process.env.WORKSHOP_LANG = 'en';

/** Tests make thousands of small folders; in memory that costs half the computing. Only where there is room. */
const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1_024 ** 3;
if (hasRoom(MEMORY)) process.env.TMPDIR ??= MEMORY;

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}

/**
 * Files with containers mostly wait, the others compute: side by side, neither waits for the other. The named answers
 * take longest, so they begin first.
 */
class Alternating extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOf = (names: RegExp) => (file: TestSpecification) => names.test(file.project.name);
    // What programs measure in seconds comes last, when fewer containers run: a machine that stalls would spoil it.
    const isMeasured = ({ moduleId }: TestSpecification) => /\/proof\.test\.ts$/.test(moduleId);
    const computing = sorted
      .filter(isOf(/^(plain|browser)$/))
      .toSorted((a, b) => Number(isMeasured(a)) - Number(isMeasured(b)));
    const answers = sorted.filter(isOf(/^proof$/));
    const waiting = [...new Set([...answers, ...sorted])].filter((it) => !computing.includes(it));
    const rounds = Math.max(computing.length, waiting.length);
    return Array.from({ length: rounds }, (_, at) => [waiting[at], computing[at]])
      .flat()
      .filter((file) => file !== undefined);
  }
}

const SNAPSHOTS = './shared/checks/test-snapshots.ts';

/** Installs a browser where that is allowed. */
const BROWSER = './shared/stack/test-browser.ts';
const EVERYWHERE = ['**/node_modules/**'];

/** How many answers wait for their alerts side by side. Each one's containers compute when they start. */
const ANSWERS = 4 * availableParallelism();

/** A machine that stalls may spoil what is measured in seconds. The summary names what passed only the second time. */
const TRIED_AGAIN = { retry: 1 };

/** Tests that need real servers in real containers. */
const withContainers = (
  name: string,
  include: string[],
  options: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration => ({
  test: {
    ...{ name, include, exclude: EVERYWHERE, maxConcurrency: 3 },
    globalSetup: ['./shared/stack/test-setup.ts', BROWSER],
    snapshotEnvironment: SNAPSHOTS,
    ...{ testTimeout: 240_000, hookTimeout: 240_000, ...options },
  },
});

export default defineConfig({
  test: {
    // How many tests of one file may run side by side, where they say they can.
    maxConcurrency: 3,
    maxWorkers: 4,
    sequence: { sequencer: Alternating },
    reporters: ['default', './shared/stack/test-summary.ts'],
    projects: [
      // Needs nothing but Node.js.
      {
        test: {
          name: 'plain',
          include: ['shared/**/*.test.ts'],
          exclude: [...EVERYWHERE, '**/*.{browser,docker,long}.test.ts'],
          snapshotEnvironment: SNAPSHOTS,
          ...{ testTimeout: 180_000, hookTimeout: 180_000 },
          // Reading the same modules for each file takes a fifth of all computing. No test leaves a change behind.
          isolate: false,
          ...TRIED_AGAIN,
          // Each answer of step 5 starts six programs at once. Beside containers a machine stalls, which spoils what
          // they measure.
          maxConcurrency: process.argv.includes('servers') ? 4 : 8,
        },
      },
      // The pages: those of the site, and the inbox.
      {
        test: {
          name: 'browser',
          include: ['shared/**/*.browser.test.ts'],
          globalSetup: BROWSER,
          testTimeout: 240_000,
          ...TRIED_AGAIN,
        },
      },
      // Every named answer that only running containers can judge, and what each starter's own test says: npm run proof.
      withContainers('proof', ['shared/checks/*.docker.test.ts'], { maxConcurrency: ANSWERS }),
      // Each step's own test: of the solutions, and of the folders that a learner works in, where they fail at first.
      withContainers('solutions', ['solutions/*/step.test.ts'], { ...TRIED_AGAIN, isolate: false }),
      withContainers('steps', ['steps/*/step.test.ts']),
      // The stacks themselves, the demo, the doctor and the watch.
      withContainers('servers', ['shared/**/*.docker.test.ts'], {
        exclude: [...EVERYWHERE, 'shared/checks/**', 'shared/docs/**'],
        ...TRIED_AGAIN,
      }),
      // What is too long to wait for: a class, its board, and a stick for a machine without a network. npm run test:long.
      withContainers('long', ['shared/**/*.long.test.ts'], {
        ...TRIED_AGAIN,
        testTimeout: 900_000,
      }),
      // Follows the pages, on the ports that they name, with the machine to itself: npm run docs:follow.
      withContainers('docs', ['shared/docs/**/*.docker.test.ts'], TRIED_AGAIN),
    ],
  },
});
