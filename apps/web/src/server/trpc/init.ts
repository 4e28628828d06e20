/** The three builders that every procedure is made with: for anybody, for who is signed in, for admins. */
import { initTRPC } from '@trpc/server';
import { recordDenied } from '../denied-calls.ts';
import type { ProcedureContext } from './context.ts';
import { forCustomers } from './customer-failures.ts';
import { notAllowed, Refusal, refusalFor, signedOut } from './failures.ts';

const trpc = initTRPC.context<ProcedureContext>().create({
  errorFormatter({ shape, error, path, ctx }) {
    const requestId = ctx?.requestId ?? '';
    const { failure } = error instanceof Refusal ? error : refusalFor(error, { path: path ?? '', requestId });
    return {
      ...shape,
      message: failure.message,
      data: { ...failure, httpStatus: shape.data.httpStatus, requestId },
    };
  },
});

export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;

/** For anybody. Whatever fails leaves as a refusal in our own words; its cause goes no further than the log. */
export const publicProcedure = trpc.procedure.use(async ({ next, path, ctx }) => {
  const result = await next();
  if (result.ok) return result;
  throw refusalFor(result.error, { path, requestId: ctx.requestId });
});

const signedInProcedure = publicProcedure.use(async ({ next, ctx }) => {
  const user = await ctx.viewer();
  if (user === null) throw signedOut();
  return next({ ctx: { user } });
});

/** For who is signed in, over what is theirs: the control plane's own words, which may name a lent size, stay here. */
export const customerProcedure = signedInProcedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  throw forCustomers(result.error);
});

/** For admins, by the role that stands in the database now. A change that somebody else asks for is on record. */
export const adminProcedure = signedInProcedure.use(async ({ next, ctx, type, path, getRawInput }) => {
  if (ctx.user.role === 'admin') return next();
  if (type === 'mutation') await recordDenied(ctx, path, await getRawInput().catch(() => undefined));
  throw notAllowed();
});
