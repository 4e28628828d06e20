/** Carries stored records of earlier releases forward, one version at a time. A version that has been released is never changed. */
import { z } from 'zod';

type Raw = Record<string, unknown>;

const SizeSchema = z.looseObject({ cpus: z.number(), memory_mb: z.number(), cpu_kind: z.string() });
const AppliedV1Schema = z.looseObject({
  asked: SizeSchema,
  given: SizeSchema,
  source: z.string(),
  configurationFingerprint: z.string(),
});

/** Version 1 kept what a machine was built as within what it was started with. */
function fromV1(state: Raw): Raw {
  const applied = AppliedV1Schema.nullable().safeParse(state.applied);
  if (!applied.success || applied.data === null)
    return { ...state, built: null, restoredAt: null, doubts: null };
  const { asked, given, source, configurationFingerprint } = applied.data;
  const isAsAsked = JSON.stringify(asked) === JSON.stringify(given);
  return {
    ...state,
    applied: { asked, given, source, shortfall: isAsAsked ? null : 'clamped' },
    built: { size: given, asked, sizeSource: source, configurationFingerprint },
    restoredAt: null,
    doubts: null,
  };
}

/** Version 2 knew nothing of machines that ran out of memory. */
function fromV2(state: Raw): Raw {
  return { ...state, lastOutOfMemory: null };
}

/** By the version that they lead away from. */
const UPGRADES: ReadonlyMap<number, (state: Raw) => Raw> = new Map([
  [1, fromV1],
  [2, fromV2],
]);

/** Brings a raw record from its stored version to the newest. Validates nothing: that is the schema's part. */
export function upgradeState(raw: unknown, storedVersion: number): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  let state: Raw = { ...raw };
  for (const [version, upgrade] of UPGRADES) if (version >= storedVersion) state = upgrade(state);
  return state;
}
