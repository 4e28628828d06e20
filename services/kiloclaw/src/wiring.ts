/** Wires an instance's core to this runtime: the only place that knows which provider is which. */
import { v7 as uuidv7 } from 'uuid';
import type { Env } from './env.ts';
import type { Deps } from './instance/deps.ts';
import type { ProvisionDefaults } from './instance/provision.ts';
import type { InstanceStorage } from './instance/storage/instance-storage.ts';
import { createLog } from './log.ts';
import { instanceFacts } from './metrics/instance-facts.ts';
import { factsOf } from './metrics/tell.ts';
import { configuredProviders } from './providers/configured.ts';
import { createCallGates } from './providers/gate/call-gates.ts';
import { gateStub } from './providers/gate/gate-stub.ts';
import { capabilitiesOf, findProvider, pickProvider } from './providers/pick.ts';
import { registryPort } from './registry/registry-port.ts';
import { readSettings } from './settings.ts';
import { isolateTracer } from './tracing/tracer.ts';
import { createTraces } from './tracing/traces.ts';
import { createVault } from './vault.ts';

export function wireInstance(
  env: Env,
  /** The object's own id. */
  objectId: string,
  storage: InstanceStorage,
  background: (work: Promise<unknown>) => void,
): { deps: Deps; provisionDefaults: ProvisionDefaults } {
  const settings = readSettings(env);
  const log = createLog('instance');
  const gates = createCallGates({
    asker: objectId,
    gateOf: (rate) => gateStub(env, rate),
    now: () => Date.now(),
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    warn: log.warn,
  });
  const deps: Deps = {
    clock: { now: () => Date.now(), sleep },
    random: { fraction: () => Math.random(), id: (atMs) => uuidv7({ msecs: atMs }) },
    storage,
    provider: (id, purpose = 'operation') => pickProvider(id, env, settings, gates.of(id, purpose)),
    lookEveryMs: (id) => gates.lookEveryMs(id),
    isConfigured: (id) => findProvider(id, env, settings) !== null,
    capabilities: (id) => capabilitiesOf(id, settings),
    vault: createVault(settings.KILOCLAW_ENCRYPTION_KEYS),
    registry: registryPort(env),
    log,
    facts: instanceFacts(env, factsOf(env), background),
    traces: createTraces(isolateTracer(settings), background),
    cadence: {
      runningMs: settings.RECONCILE_RUNNING_S * 1000,
      idleMs: settings.RECONCILE_IDLE_S * 1000,
      busyMs: settings.RECONCILE_BUSY_S * 1000,
      liveCheckMs: settings.LIVE_CHECK_S * 1000,
    },
    background,
    fleetId: settings.KILOCLAW_FLEET_ID,
  };
  return {
    deps,
    provisionDefaults: {
      provider: configuredProviders(env, settings)[0] ?? null,
      image: settings.KILOCLAW_DEFAULT_IMAGE ?? null,
      mountPath: settings.KILOCLAW_MOUNT_PATH,
      port: settings.KILOCLAW_MACHINE_PORT,
    },
  };
}

function sleep(ms: number, calledOff: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    calledOff.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
