import { defineConfig } from 'vitest/config';

const SECOND_MS = 1_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,services,simulators}/*/**/*.test.ts',
            'apps/*/**/*.test.{ts,tsx}',
            '{deploy,dev,e2e,tools}/**/*.test.ts',
          ],
          // On workerd, and on the whole stack: the suites `workers` and `stack`.
          exclude: ['**/node_modules/**', '**/dist-types/**', '**/*.do.test.ts', '**/*.stack.test.ts'],
          // Some start a Postgres or a simulator of their own.
          testTimeout: 30 * SECOND_MS,
          hookTimeout: 60 * SECOND_MS,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['{deploy,dev}/**/*.stack.test.ts'],
          exclude: ['**/node_modules/**', '**/dist-types/**'],
          testTimeout: 180 * SECOND_MS,
          hookTimeout: 180 * SECOND_MS,
          // Each file starts the real stack: Postgres, simulators, Workers.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude: ['**/node_modules/**', '**/dist-types/**'],
          testTimeout: 180 * SECOND_MS,
          hookTimeout: 180 * SECOND_MS,
          // Each file has a stack and a browser of its own, and waits for them more than it works.
          maxWorkers: 2,
        },
      },
    ],
  },
});
