/** A customer's own instances: the owner is always the one who is signed in. */
import { listedInstanceView, searchInstances } from '@kiloclaw/db';
import { OPERATIONS_PAGE_MAX } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { changeAs } from '../../trpc/change.ts';
import { customerProcedure, router } from '../../trpc/init.ts';
import { Change, Target, TimelineFrom } from '../../trpc/input.ts';
import { POWER_ACTIONS } from '../../views/customer-power.ts';
import { customerTimeline } from '../../views/customer-timeline.ts';
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
  .input(z.strictObject({ instanceId, ...TimelineFrom, cursor: z.uuid().optional() }))
  .query(({ ctx, input }) => {
    const target = { instanceId: input.instanceId, userId: ctx.user.userId };
    const asked = { ownerId: ctx.user.userId, after: input.cursor ?? null };
    return customerTimeline(asked, async (cursor) => {
      const query = { ...target, limit: OPERATIONS_PAGE_MAX, ...(cursor === null ? {} : { cursor }) };
      return (await ctx.controlPlane.call('operations', query, { requestId: ctx.requestId })).body;
    });
  });

const act = customerProcedure
  .input(
    z.strictObject({
      instanceId,
      idempotencyKey: Change.idempotencyKey,
      action: z.enum(POWER_ACTIONS),
    }),
  )
  .mutation(async ({ ctx, input: { action, ...asked } }) => {
    const { userId } = ctx.user;
    return customerOperation(await changeAs('customer', ctx, action, { ...asked, userId }), userId);
  });

export const customerInstances = router({ list, get, timeline, act });
