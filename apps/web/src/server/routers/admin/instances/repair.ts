/** What an admin decides about a drift. */
import { RepairBodySchema, ReplaceVolumeBodySchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { changeAs } from '../../../trpc/change.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { Change } from '../../../trpc/input.ts';

const { finding, choice } = RepairBodySchema.shape;

export const repair = adminProcedure
  .input(z.strictObject({ ...Change, finding, choice }))
  .mutation(({ ctx, input }) => changeAs('admin', ctx, 'repair', input));

export const replaceVolume = adminProcedure
  .input(z.strictObject({ ...Change, confirm: ReplaceVolumeBodySchema.shape.confirm }))
  .mutation(({ ctx, input }) => changeAs('admin', ctx, 'replaceVolume', input));
