/** What the search for orphans works on, and what it takes for one. */
import type { InstanceRow } from '@kiloclaw/db';
import { sandboxIdOf } from '@kiloclaw/platform-contract';
import type { Presence } from '../instance/instance-rpc.ts';
import type { FleetResource, InstanceTags, Provider } from '../providers/provider.ts';

/** What is younger may be of an instance that is being made, and of which not everybody has heard yet. */
export const YOUNG_MS = 10 * 60_000;

export interface OrphanPorts {
  readonly now: () => number;
  readonly fleetId: string;
  readonly provider: Pick<
    Provider,
    | 'id'
    | 'nameResources'
    | 'listFleet'
    | 'listOwned'
    | 'deleteMachine'
    | 'deleteVolume'
    | 'deleteVolumes'
    | 'deleteHome'
  >;
  /** Rows that are not closed, in the order of their ids, after `afterId`. Throws `RegistryUnavailable`. */
  readonly activeRows: (afterId: string | null, limit: number) => Promise<readonly InstanceRow[]>;
  /** The rows of these instances, closed ones too. Throws `RegistryUnavailable`. */
  readonly rowsOf: (instanceIds: readonly string[]) => Promise<readonly InstanceRow[]>;
  /** What the instance's object says; null where it does not answer. */
  readonly presenceOf: (instanceId: string) => Promise<Presence | null>;
}

/** The tags by which an instance's resources are found and deleted: nobody knows its owner any more. */
export function tagsOf({ fleetId }: OrphanPorts, instanceId: string): InstanceTags {
  return { fleetId, instanceId, userId: '', sandboxId: sandboxIdOf(instanceId) };
}

/** One that does not tell its age is not young: the object of an instance that is being made speaks for it. */
export function isYoung({ createdAtMs }: Pick<FleetResource, 'createdAtMs'>, nowMs: number): boolean {
  return createdAtMs !== undefined && nowMs - createdAtMs < YOUNG_MS;
}
