import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // How many tests of one file may run side by side, where they say they can.
    maxConcurrency: 3,
    reporters: ['default', './shared/stack/test-summary.ts'],
    projects: [
      {
        // Needs nothing but Node.js.
        test: {
          name: 'plain',
          include: ['shared/**/*.test.ts'],
          exclude: ['**/*.{browser,docker}.test.ts', '**/node_modules/**'],
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Needs a browser, and no container.
        test: {
          name: 'browser',
          include: ['shared/**/*.browser.test.ts'],
          globalSetup: './shared/stack/browser.ts',
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      // The rest needs real servers in real containers, and mostly waits for alerts, so files run side by side.
      {
        // Every named answer that only running containers can judge: npm run proof.
        test: {
          name: 'proof',
          include: ['shared/mistakes/proof.docker.test.ts'],
          globalSetup: './shared/stack/test-setup.ts',
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The stacks themselves, the demo, the doctor and the watch.
        test: {
          name: 'servers',
          include: ['shared/**/*.docker.test.ts'],
          exclude: ['shared/{mistakes,docs}/**', '**/node_modules/**'],
          globalSetup: ['./shared/stack/test-setup.ts', './shared/stack/browser.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Follows the pages, on the ports that they name, with the machine to itself, as a reader has it.
        test: {
          name: 'docs',
          include: ['shared/docs/**/*.docker.test.ts'],
          globalSetup: './shared/stack/test-setup.ts',
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
