/** The engine to test with: the machine's own where one answers, else a private one. */
import { text } from 'node:stream/consumers';
import { type EngineAddress, sendToEngine } from '@kiloclaw/control-plane/docker-fetcher';
import { EngineUnavailable } from '../engine-unavailable.ts';
import { findEngine } from '../find-engine.ts';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

/** `stop` ends a private engine, and leaves the machine's own alone. The sentence says why there is none. */
export async function obtainEngine({ cacheDir }: { cacheDir: string }): Promise<PrivateEngine | string> {
  try {
    const found = await findEngine();
    return found === null ? await startPrivateEngine({ cacheDir }) : { address: found, stop: async () => {} };
  } catch (error) {
    if (error instanceof EngineUnavailable) return error.message;
    throw error;
  }
}

/** One call to the engine itself, behind everybody's back. */
export async function callEngine(address: EngineAddress, method: string, path: string, body?: object) {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? { method, path } : { method, path, headers, body: JSON.stringify(body) };
  const answer = await sendToEngine(address, sent);
  const told = await text(answer);
  return { status: answer.statusCode, json: told === '' ? null : JSON.parse(told) };
}
