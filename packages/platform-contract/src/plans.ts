/** What a change of hardware would do, asked before it is done (`dryRun`). */
import { InstanceTypeSchema, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import { FailureSchema } from './errors.ts';
import { SizeOverrideViewSchema } from './override-view.ts';

export const HardwareViewSchema = z
  .object({
    instanceType: InstanceTypeSchema.nullable(),
    machineSize: MachineSizeSchema.nullable(),
    volumeSizeGb: z
      .int()
      .nullable()
      .describe('Whole GB; null where it is not known, or where volumes have no size.'),
  })
  .meta({ id: 'Hardware' });
export type HardwareView = z.infer<typeof HardwareViewSchema>;

/** What can't be taken back: a volume never shrinks. */
export const IrreversibleSchema = z.enum(['volume_growth', 'data_loss']);
export const PlanRequirementSchema = z.enum(['stop', 'restart', 'start']);
/** `replace`: the machine is made anew on its volume. */
export const DowntimeSchema = z.enum(['none', 'restart', 'replace']);

export const PlanSchema = z
  .object({
    allowed: z.boolean(),
    refusal: FailureSchema.nullable(),
    before: HardwareViewSchema,
    after: HardwareViewSchema,
    effectiveSize: MachineSizeSchema.nullable().describe(
      'The size that the machine is started with once it is done.',
    ),
    givenSize: MachineSizeSchema.nullable().describe(
      'What the host or plan gives for it, where that could be asked; null where it could not.',
    ),
    irreversible: z.array(IrreversibleSchema),
    requires: z
      .array(PlanRequirementSchema)
      .describe('What is still to be done by hand before (`stop`) or after it (`restart`, `start`).'),
    clears: z.object({ sizeOverride: SizeOverrideViewSchema.nullable() }),
    downtime: DowntimeSchema,
    hash: z
      .string()
      .describe(
        'Stands for what would change; times, status and the age of observations are left out of it.',
      ),
  })
  .meta({ id: 'Plan', description: 'What a change of hardware would do.' });
export type Plan = z.infer<typeof PlanSchema>;

export const PlanAnswerSchema = z.object({ plan: PlanSchema }).meta({ id: 'PlanAnswer' });
export type PlanAnswer = z.infer<typeof PlanAnswerSchema>;
