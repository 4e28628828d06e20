/** The control plane on real workerd, against the Fly simulator and a Postgres of its own: see src/testing. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { testBindings } from './src/testing/bindings.ts';
import { startSurroundings } from './src/testing/surroundings.ts';

const SECOND_MS = 1_000;

// Started here, not by a global set-up: with one, the plugin never gets as far as starting workerd.
export default defineConfig(async () => {
  const surroundings = await startSurroundings();
  return {
    plugins: [
      cloudflareTest({
        wrangler: { configPath: './wrangler.jsonc' },
        miniflare: {
          bindings: testBindings(surroundings),
          hyperdrives: { REGISTRY: surroundings.registryUrl, OBSERVER: surroundings.observerUrl },
        },
      }),
      { name: 'end-surroundings', closeBundle: () => surroundings.end() },
    ],
    test: {
      name: 'workers',
      include: ['src/**/*.do.test.ts'],
      testTimeout: 60 * SECOND_MS,
      hookTimeout: 60 * SECOND_MS,
      // The files share one simulator and one Postgres, whose counters the tests read.
      fileParallelism: false,
      // Closing a Postgres connection on workerd rejects a read that nobody awaits.
      onUnhandledError: ({ message }) => !message.includes('This socket has been closed'),
      // The Worker logs every provider call.
      silent: 'passed-only',
    },
  };
});
