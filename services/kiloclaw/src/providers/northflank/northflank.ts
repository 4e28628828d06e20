/** What the adapter's parts work with. */
import type { NorthflankClient } from './client.ts';
import type { PlanChoice, PlanSettings } from './plan-choice.ts';

/** One container at a time, or several that may overlap while one takes over from the other. */
export type AccessMode = 'ReadWriteOnce' | 'ReadWriteMany';

export interface NorthflankConfig {
  /** Without `/v1`. */
  readonly baseUrl: string;
  readonly token: string;
  readonly teamId?: string | undefined;
  /** Where a project is made that is asked for in no other region. */
  readonly region: string;
  readonly projectPrefix: string;
  readonly plans: PlanSettings;
  /** The size of a volume where none is known; MB of which 1,024 are one GB. Never taken where one is. */
  readonly volumeSizeMb?: number | undefined;
  /** The cluster's own choice where it isn't set. */
  readonly storageClass?: string | undefined;
  readonly accessMode: AccessMode;
  /** Where a volume is mounted as long as no machine says otherwise. */
  readonly mountPath: string;
}

export interface Northflank {
  readonly client: NorthflankClient;
  readonly config: NorthflankConfig;
  readonly plans: PlanChoice;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
  readonly sleep: (durationMs: number) => Promise<void>;
}
