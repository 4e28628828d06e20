/** What an operation has changed of the hardware, read from its result. Pure. */
import type { HardwareView, OperationAnswer, OperationKind } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { formatGb, formatMachineSize, NONE } from '../../lib/format.ts';
import { type HardwareChange, hardwareChanges } from './hardware-changes.ts';
import { humanise } from './operation-labels.ts';

const SizeSchema = z.object({ cpus: z.number(), memory_mb: z.number(), cpu_kind: z.string() });
const HardwareSchema = z.object({ machineSize: SizeSchema.nullable(), volumeSizeGb: z.number().nullable() });
const OverrideSchema = z.object({ machineSize: SizeSchema }).nullable();

const ResizeSchema = z.object({
  previousTier: z.string().nullable(),
  newTier: z.string().nullable(),
  previous: HardwareSchema,
  current: HardwareSchema,
  clearedOverride: OverrideSchema,
});
const ExtendSchema = z.object({ previousSizeGb: z.number().nullable(), sizeGb: z.number().nullable() });
const SetOverrideSchema = z.object({ override: OverrideSchema, previousOverride: OverrideSchema });
const ClearOverrideSchema = z.object({ clearedOverride: OverrideSchema });

/** What a look at the provider has found and put on record. */
const AdoptedSchema = z.object({
  adopted: z.array(z.object({ what: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })),
});

const NOTHING_LENT = 'none';
type Override = z.infer<typeof OverrideSchema>;

function lent(before: Override, after: Override): HardwareChange[] {
  const text = (override: Override) =>
    override === null ? NOTHING_LENT : formatMachineSize(override.machineSize);
  return text(before) === text(after) ? [] : [{ name: 'Lent', before: text(before), after: text(after) }];
}

type Result = NonNullable<OperationAnswer['result']>;

function ofResize(result: Result): HardwareChange[] {
  const read = ResizeSchema.safeParse(result);
  if (!read.success) return [];
  const { previousTier, newTier, previous, current, clearedOverride } = read.data;
  const before = { instanceType: previousTier, ...previous } as HardwareView;
  const after = { instanceType: newTier, ...current } as HardwareView;
  return [...hardwareChanges(before, after), ...lent(clearedOverride, null)];
}

function ofExtend(result: Result): HardwareChange[] {
  const read = ExtendSchema.safeParse(result);
  if (!read.success || read.data.previousSizeGb === read.data.sizeGb) return [];
  return [{ name: 'Disk', before: formatGb(read.data.previousSizeGb), after: formatGb(read.data.sizeGb) }];
}

function ofSetOverride(result: Result): HardwareChange[] {
  const read = SetOverrideSchema.safeParse(result);
  return read.success ? lent(read.data.previousOverride, read.data.override) : [];
}

function ofClearOverride(result: Result): HardwareChange[] {
  const read = ClearOverrideSchema.safeParse(result);
  return read.success ? lent(read.data.clearedOverride, null) : [];
}

function ofRepair(result: Result): HardwareChange[] {
  const read = AdoptedSchema.safeParse(result);
  if (!read.success) return [];
  const text = (value: unknown) => {
    if (value === null || value === undefined) return NONE;
    // The only numbers among them are sizes of volumes.
    return typeof value === 'number' ? formatGb(value) : String(value);
  };
  return read.data.adopted.map(({ what, from, to }) => ({
    name: humanise(what),
    before: text(from),
    after: text(to),
  }));
}

const READERS: Partial<Record<OperationKind, (result: Result) => HardwareChange[]>> = {
  resize: ofResize,
  extend_volume: ofExtend,
  set_override: ofSetOverride,
  clear_override: ofClearOverride,
  repair: ofRepair,
};

/** Empty where it has changed none, has not succeeded, or tells of it in words that this release does not know. */
export function operationChanges({ operation, result }: OperationAnswer): HardwareChange[] {
  return result === null ? [] : (READERS[operation.kind]?.(result) ?? []);
}
