/** The registry as the web asks it: one lazy connection a request, closed behind it. */
import { openRegistry, type Registry } from '@kiloclaw/db';
import type { Env } from '../env.ts';

const CONNECT_TIMEOUT_S = 3;
const STATEMENT_TIMEOUT_MS = 8_000;

export function openWebRegistry(env: Env): Registry {
  return openRegistry(env.REGISTRY.connectionString, {
    connectTimeoutS: CONNECT_TIMEOUT_S,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
}
