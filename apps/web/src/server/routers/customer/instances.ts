/** A customer's own instances: the owner is always the one who is signed in. */
import { listedInstanceView, searchInstances } from '@kiloclaw/db';
import { z } from 'zod';
import { changeOptions, customerActor, operationIn } from '../../trpc/change.ts';
import { customerProcedure, router } from '../../trpc/init.ts';
import { Change, Target, TimelineFrom } from '../../trpc/input.ts';
import { customerInstance, customerListedInstance, customerOperation } from '../../views/customer-view.ts';

const { instanceId } = Target;
const LIST_MAX = 100;

const list = customerProcedure.query(async ({ ctx }) => {
  const filter = { userId: ctx.user.userId };
  const page = await searchInstances(ctx.registry.db, filter, { after: null, limit: LIST_MAX });
  return {
    items: page.items.map((item) => customerListedInstance(listedInstanceView(item))),
    hasMore: page.next !== null,
  };
});

const get = customerProcedure.input(z.strictObject({ instanceId })).query(async ({ ctx, input }) => {
  const target = { ...input, userId: ctx.user.userId };
  return customerInstance((await ctx.controlPlane.call('status', target, { requestId: ctx.requestId })).body);
});

const timeline = customerProcedure
  .input(z.strictObject({ instanceId, ...TimelineFrom }))
  .query(async ({ ctx, input: { direction: _only, ...asked } }) => {
    const query = { ...asked, userId: ctx.user.userId };
    const { body } = await ctx.controlPlane.call('operations', query, { requestId: ctx.requestId });
    const items = body.items.flatMap((item) => customerOperation(item, ctx.user.userId) ?? []);
    return { items, nextCursor: body.nextCursor };
  });

const act = customerProcedure
  .input(
    z.strictObject({
      instanceId,
      idempotencyKey: Change.idempotencyKey,
      action: z.enum(['start', 'stop', 'restart']),
    }),
  )
  .mutation(async ({ ctx, input }) => {
    const body = { userId: ctx.user.userId, instanceId: input.instanceId, actor: customerActor(ctx) };
    const options = changeOptions(ctx.requestId, input.idempotencyKey);
    const answer = operationIn((await ctx.controlPlane.call(input.action, body, options)).body);
    return customerOperation(answer, ctx.user.userId);
  });

export const customerInstances = router({ list, get, timeline, act });
