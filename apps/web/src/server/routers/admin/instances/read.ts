/** What an admin sees of one instance: the object's own word, with the names of those whose ids are in it. */
import { z } from 'zod';
import { adminProcedure } from '../../../trpc/init.ts';
import { Target, TargetSchema, TimelineFrom } from '../../../trpc/input.ts';
import { peopleNames } from '../../../views/people-names.ts';

/** `live`: the provider is asked now, and its answer recorded. */
export const get = adminProcedure
  .input(z.strictObject({ ...Target, live: z.boolean().default(false) }))
  .query(async ({ ctx, input: { live, ...target } }) => {
    const query = { ...target, ...(live ? { live: 'true' as const } : {}) };
    const { body } = await ctx.controlPlane.call('debugStatus', query, { requestId: ctx.requestId });
    const actorIds = body.sizeOverride === null ? [] : [body.sizeOverride.actorId];
    return { view: body, names: await peopleNames(ctx.registry.db, [target.userId, ...actorIds]) };
  });

/** The timeline, newest first. */
export const operations = adminProcedure
  .input(z.strictObject({ ...Target, ...TimelineFrom }))
  .query(async ({ ctx, input: { direction: _only, ...query } }) => {
    const { body } = await ctx.controlPlane.call('operations', query, { requestId: ctx.requestId });
    const actorIds = body.items.map(({ operation }) => operation.actor.id);
    return { ...body, names: await peopleNames(ctx.registry.db, actorIds) };
  });

export const operation = adminProcedure
  .input(z.strictObject({ ...TargetSchema.shape, operationId: z.uuid() }))
  .query(async ({ ctx, input: { operationId, ...target } }) => {
    const options = { requestId: ctx.requestId, operationId };
    return (await ctx.controlPlane.call('operation', target, options)).body;
  });
