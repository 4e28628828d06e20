/** One thing that the doctor found, wherever it was found. */
import type { CheckupKind } from '@kiloclaw/platform-contract';

/** What is found by the search of a provider, beside the kinds of a checkup. */
export const PROVIDER_KINDS = ['orphan', 'unattributed', 'resources_missing', 'row_missing'] as const;

/**
 * Kinds of a checkup about things beside an instance's own, which its look leaves out: the search of a provider tells of
 * which instances to look for them.
 */
export const CROWD_KINDS: readonly string[] = ['duplicate_machines', 'retired_volume'];

export type DoctorKind = CheckupKind | (typeof PROVIDER_KINDS)[number];

export interface DoctorFinding {
  /** A `DoctorKind`, or the word of a later release. */
  readonly kind: string;
  readonly provider: string;
  /** Null where what was found names none. */
  readonly instanceId: string | null;
  /** Null where nobody knows the owner. */
  readonly userId: string | null;
  readonly since: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}
