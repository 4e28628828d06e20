/** What a change of hardware would do, asked before it is done (`dryRun`). */
import { InstanceTypeSchema, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import { FailureSchema } from './errors.ts';
import { SizeOverrideViewSchema } from './override-view.ts';

export const HardwareViewSchema = z.object({
  instanceType: InstanceTypeSchema.nullable(),
  machineSize: MachineSizeSchema.nullable(),
  /** Whole GB; null where it is not known, or where volumes have no size. */
  volumeSizeGb: z.int().nullable(),
});
export type HardwareView = z.infer<typeof HardwareViewSchema>;

/** What can't be taken back: a volume never shrinks. */
export const IrreversibleSchema = z.enum(['volume_growth', 'data_loss']);
export const PlanRequirementSchema = z.enum(['stop', 'restart', 'start']);
/** `replace`: the machine is made anew on its volume. */
export const DowntimeSchema = z.enum(['none', 'restart', 'replace']);

export const PlanSchema = z.object({
  allowed: z.boolean(),
  refusal: FailureSchema.nullable(),
  before: HardwareViewSchema,
  after: HardwareViewSchema,
  /** The size that the machine is started with once it is done. */
  effectiveSize: MachineSizeSchema.nullable(),
  /** What the host or plan gives for it, where that could be asked; null where it could not. */
  givenSize: MachineSizeSchema.nullable(),
  irreversible: z.array(IrreversibleSchema),
  /** What is still to be done by hand before (`stop`) or after it (`restart`, `start`). */
  requires: z.array(PlanRequirementSchema),
  clears: z.object({ sizeOverride: SizeOverrideViewSchema.nullable() }),
  downtime: DowntimeSchema,
  /** Stands for what would change; times, status and the age of observations are left out of it. */
  hash: z.string(),
});
export type Plan = z.infer<typeof PlanSchema>;

export const PlanAnswerSchema = z.object({ plan: PlanSchema });
export type PlanAnswer = z.infer<typeof PlanAnswerSchema>;
