/** A provider as the search for orphans reaches it: behind the gate that keeps all of the fleet within its rate. */
import type { ProviderId } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { createLog } from '../log.ts';
import { createCallGates } from '../providers/gate/call-gates.ts';
import { gateStub } from '../providers/gate/gate-stub.ts';
import { findProvider } from '../providers/pick.ts';
import type { CallPurpose, Provider } from '../providers/provider.ts';
import type { Settings } from '../settings.ts';

const ASKER = 'orphans';

const log = createLog('orphans');

/** For one request. Null where the provider is not configured here. */
export function findGatedProvider(
  env: Env,
  settings: Settings,
  id: ProviderId,
  purpose: CallPurpose,
): Provider | null {
  const gates = createCallGates({
    // Each request sends for itself, and what it holds is its own.
    asker: `${ASKER}-${crypto.randomUUID()}`,
    gateOf: (rate) => gateStub(env, rate),
    now: () => Date.now(),
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    warn: log.warn,
  });
  return findProvider(id, env, settings, gates.of(id, purpose));
}
