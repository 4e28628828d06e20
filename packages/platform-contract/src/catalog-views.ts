/** What the platform API answers of what can be chosen from. */
import { MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import { ProviderCapabilitiesSchema } from './capabilities.ts';
import { ProviderIdSchema } from './states.ts';

export const TiersViewSchema = z
  .object({
    tiers: z.array(
      z.object({
        key: z.string(),
        offered: z.boolean(),
        machineSize: MachineSizeSchema,
        volumeSizeGb: z.int(),
      }),
    ),
    presets: z.array(z.object({ key: z.string(), machineSize: MachineSizeSchema })),
    default: z.string(),
  })
  .meta({ id: 'TiersView' });
export type TiersView = z.infer<typeof TiersViewSchema>;

/** The providers that the control plane has settings for: an instance can be made at these alone. */
export const ProvidersViewSchema = z
  .object({
    providers: z.array(
      z.object({
        id: ProviderIdSchema,
        capabilities: ProviderCapabilitiesSchema,
        sandbox: z.boolean().describe('A simulator stands in for it: nothing there is real.'),
      }),
    ),
    default: ProviderIdSchema.nullable().describe(
      'Where an instance is made that names none; null where none is configured.',
    ),
  })
  .meta({ id: 'ProvidersView' });
export type ProvidersView = z.infer<typeof ProvidersViewSchema>;
