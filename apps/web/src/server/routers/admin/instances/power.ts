/** What an admin does to an instance's machine without changing its hardware, and its end. */
import { z } from 'zod';
import { adminActor, changeAs, operationIn } from '../../../trpc/change.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { Change, Target } from '../../../trpc/input.ts';

const ActionSchema = z.enum(['start', 'stop', 'restart', 'destroy']);

export const act = adminProcedure
  .input(z.strictObject({ ...Change, action: ActionSchema }))
  .mutation(({ ctx, input: { action, ...asked } }) => changeAs('admin', ctx, action, asked));

/** Tries a stuck operation now. */
export const retryOperation = adminProcedure
  .input(z.strictObject({ ...Target, operationId: z.uuid() }))
  .mutation(async ({ ctx, input: { operationId, ...target } }) => {
    const body = { ...target, actor: adminActor(ctx) };
    const options = { requestId: ctx.requestId, operationId, waitS: 0 };
    return operationIn((await ctx.controlPlane.call('retryOperation', body, options)).body);
  });
