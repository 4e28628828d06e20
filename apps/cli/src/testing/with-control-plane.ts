/** A fake control plane for the tests of a file, and the CLI set up to speak to it. */
import { afterEach, beforeEach } from 'vitest';
import { type Exchange, type FakeControlPlane, startFakeControlPlane } from './fake-control-plane.ts';
import { API_KEY, type Run, type RunOptions, run } from './run.ts';

export interface Site {
  readonly fake: FakeControlPlane;
  /** Runs the CLI with address and key in its environment. */
  run(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** What was asked, as `METHOD /path`. */
  calls(): readonly string[];
  last(): Exchange;
}

/** Call it once at the top of a file; the site is a new one for every test. */
export function useControlPlane(): () => Site {
  let fake: FakeControlPlane;
  beforeEach(async () => {
    fake = await startFakeControlPlane();
  });
  afterEach(() => fake.close());
  return () => ({
    fake,
    run: (args, options = {}) =>
      run(args, {
        ...options,
        env: { KILOCLAW_API_URL: fake.url, KILOCLAW_API_KEY: API_KEY, ...options.env },
      }),
    calls: () => fake.asked.map(({ method, path }) => `${method} ${path}`),
    last() {
      const last = fake.asked.at(-1);
      if (last === undefined) throw new Error('Nothing was asked.');
      return last;
    },
  });
}
