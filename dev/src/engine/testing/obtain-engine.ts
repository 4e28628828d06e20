/** The engine to work with: the machine's own where one answers, else a private one. */
import { findEngine } from '../find-engine.ts';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

/** `stop` ends a private engine, and leaves the machine's own alone. Throws EngineUnavailable where neither can be had. */
export async function obtainEngine({ cacheDir }: { cacheDir: string }): Promise<PrivateEngine> {
  const found = await findEngine();
  return found === null ? startPrivateEngine({ cacheDir }) : { address: found, stop: async () => {} };
}
