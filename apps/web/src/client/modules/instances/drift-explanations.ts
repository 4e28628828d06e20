/** What was found at an instance, in sentences, with what an admin can decide about it. Pure. */
import type { DebugView, DriftKind, RepairableFinding } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { formatGb, formatMachineSize } from '../../lib/format.ts';
import { humanise } from './operation-labels.ts';

type Finding = DebugView['drift'][number];

/** What an admin decides; asked for with a confirmation of its own. */
export interface RepairChoice {
  readonly label: string;
  readonly request:
    | { readonly kind: 'repair'; readonly finding: RepairableFinding; readonly choice: string }
    | { readonly kind: 'replace_volume' };
  /** What will happen. */
  readonly consequence: string;
  readonly losesData: boolean;
}

export interface Explanation {
  readonly title: string;
  readonly sentence: string;
  readonly choices: readonly RepairChoice[];
}

const SizeSchema = z.object({ cpus: z.number(), memory_mb: z.number() });
/** Whatever a release tells of its findings: a detail that isn't as expected is left out of the sentence. */
const DetailsSchema = z.object({
  asked: SizeSchema.nullable().catch(null),
  given: SizeSchema.nullable().catch(null),
  appliedSize: SizeSchema.nullable().catch(null),
  observedSize: SizeSchema.nullable().catch(null),
  realSizeGb: z.number().nullable().catch(null),
  recordedSizeGb: z.number().nullable().catch(null),
  tierSizeGb: z.number().nullable().catch(null),
  sizeGb: z.number().nullable().catch(null),
  mountedVolumeId: z.string().nullable().catch(null),
  volumeId: z.string().nullable().catch(null),
  machineIds: z.array(z.string()).catch([]),
  volumeIds: z.array(z.string()).catch([]),
});
type Details = z.infer<typeof DetailsSchema>;

const nothingToDecide = (title: string, sentence: string): Explanation => ({ title, sentence, choices: [] });

const EXPLAINED: Record<DriftKind, (details: Details) => Explanation> = {
  size_differs: ({ appliedSize, observedSize, asked, given }) =>
    observedSize === null
      ? nothingToDecide(
          'Less than asked for',
          `The machine was asked to start on ${formatMachineSize(asked)} and got ${formatMachineSize(given)}: there was no room for more. Its next restart asks again.`,
        )
      : nothingToDecide(
          'Another size than started with',
          `The machine runs on ${formatMachineSize(observedSize)}, though it was started on ${formatMachineSize(appliedSize)}: somebody has changed it at the provider. Its next restart puts it back.`,
        ),
  clamped: ({ asked, given }) =>
    nothingToDecide(
      'Clamped by the host',
      `The host or plan gives ${formatMachineSize(given)} of the ${formatMachineSize(asked)} that was asked for. A larger host, or a smaller tier, makes an end of it.`,
    ),
  volume_above_tier: ({ realSizeGb, recordedSizeGb, tierSizeGb }) =>
    nothingToDecide(
      'Volume larger than its tier’s',
      `The volume has ${formatGb(recordedSizeGb ?? realSizeGb)}, the tier ${formatGb(tierSizeGb)}. A volume never shrinks, so a resize can only lead to a tier whose disk is at least as large.`,
    ),
  volume_below_tier: ({ realSizeGb, recordedSizeGb, tierSizeGb }) =>
    nothingToDecide(
      'Volume smaller than its tier’s',
      `The volume has ${formatGb(recordedSizeGb ?? realSizeGb)} of the tier’s ${formatGb(tierSizeGb)}. Extend volume gives the customer what the tier promises.`,
    ),
  volume_below_state: ({ realSizeGb, recordedSizeGb }) =>
    nothingToDecide(
      'Volume smaller than recorded',
      `The provider tells of ${formatGb(realSizeGb)}, where ${formatGb(recordedSizeGb)} are on record. Extend volume to the recorded size mends it; nothing is recorded smaller by itself.`,
    ),
  volume_missing: () => ({
    title: 'Volume missing',
    sentence:
      'The provider has no such volume any more, so that the instance can’t start. Look there first: a new volume is an empty one.',
    choices: [
      {
        label: 'Replace volume',
        request: { kind: 'replace_volume' },
        consequence: 'A new, empty volume takes the place of the missing one. What was on it is lost.',
        losesData: true,
      },
    ],
  }),
  volume_not_mounted: ({ mountedVolumeId, volumeId }) => ({
    title: 'Volume not mounted',
    sentence:
      mountedVolumeId === null
        ? `The machine runs without its volume ${volumeId ?? ''}: what it writes is lost with its next start.`
        : `The machine has the volume ${mountedVolumeId} mounted, and not its own, ${volumeId ?? 'which is not known'}.`,
    choices: [
      {
        label: 'Make the machine anew on its volume',
        request: { kind: 'repair', finding: 'volume_not_mounted', choice: 'remount' },
        consequence:
          'The machine is stopped, deleted and made anew on its own volume. The customer is interrupted for some minutes; the volume stays as it is.',
        losesData: false,
      },
    ],
  }),
  volume_needs_restart: ({ sizeGb }) =>
    nothingToDecide(
      'Volume grown, restart pending',
      `The volume has ${formatGb(sizeGb)} now; the machine sees them after its next restart.`,
    ),
  duplicate_machines: ({ machineIds }) => ({
    title: 'More than one machine',
    sentence: `The provider has ${machineIds.length} machines of this instance. Nothing is deleted by itself: say which one is the right one.`,
    choices: machineIds.map((id) => ({
      label: `Keep ${id}`,
      request: { kind: 'repair', finding: 'duplicate_machines', choice: `keep:${id}` },
      consequence: `The machine ${id} is kept. The others are deleted: ${machineIds.filter((other) => other !== id).join(', ')}.`,
      losesData: false,
    })),
  }),
  retired_volume: ({ volumeIds }) => ({
    title: 'Retired volume kept',
    sentence:
      'A volume that the instance was moved away from, or that was replaced, is still there, and paid for, until somebody lets it go. Make sure that nothing on it is needed.',
    choices: volumeIds.map((id) => ({
      label: `Delete ${id}`,
      request: { kind: 'repair', finding: 'retired_volume', choice: `delete:${id}` },
      consequence: `The retired volume ${id} is deleted with all the data on it. There is no way back.`,
      losesData: true,
    })),
  }),
  override_unreadable: () =>
    nothingToDecide(
      'Size override unreadable',
      'A size override is stored that can’t be read, so that it doesn’t count. Set or clear it anew.',
    ),
  registry_rejected: () =>
    nothingToDecide(
      'Refused by the registry',
      'The registry refuses this instance’s row: lists, search and billing show it as it was before. The logs of the control plane tell why.',
    ),
};

const isKnown = (kind: string): kind is DriftKind => Object.hasOwn(EXPLAINED, kind);

/** A kind that a later release has found, and this one has no words for, is named and no more. */
export function explainFinding({ kind, details }: Pick<Finding, 'kind' | 'details'>): Explanation {
  if (!isKnown(kind)) {
    return nothingToDecide(
      humanise(kind),
      'This release of the console has no words for it: load the page anew.',
    );
  }
  return EXPLAINED[kind](DetailsSchema.parse(details));
}
