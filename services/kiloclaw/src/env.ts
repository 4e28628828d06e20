/** The bindings of the control-plane Worker. */
import type { InstanceObject } from './instance/instance-object.ts';
import type { ProviderGate } from './providers/gate/provider-gate.ts';
import type { RegistryWriter } from './registry/registry-writer.ts';
import type { SweepKeeper } from './sweep/sweep-keeper.ts';

export interface Env {
  readonly INSTANCE: DurableObjectNamespace<InstanceObject>;
  readonly REGISTRY_WRITER: DurableObjectNamespace<RegistryWriter>;
  readonly PROVIDER_GATE: DurableObjectNamespace<ProviderGate>;
  readonly SWEEP_KEEPER: DurableObjectNamespace<SweepKeeper>;
  /** Uncached: what is written is read back. */
  readonly REGISTRY: Hyperdrive;
  /** The container engine of this host behind an allow-list; absent where there is none. */
  readonly DOCKER?: Fetcher;
  /** Where facts are written on Cloudflare; absent on one box, which has `GET /metrics`. */
  readonly METRICS?: AnalyticsEngineDataset;
  readonly [setting: string]: unknown;
}
