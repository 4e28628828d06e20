import { acceptInvitation as acceptStored, endSessions, readInvitation } from '@kiloclaw/db';
import { z } from 'zod';
import { audited } from '../../audit.ts';
import { NameSchema, NewPasswordSchema } from '../../auth/fields.ts';
import { forgetGuesses } from '../../auth/guessing.ts';
import { hashToken, TOKEN_MAX_LENGTH } from '../../auth/invitation-link.ts';
import { hashPassword } from '../../auth/password.ts';
import { log } from '../../log.ts';
import type { ProcedureContext } from '../../trpc/context.ts';
import { Refusal } from '../../trpc/failures.ts';
import { publicProcedure } from '../../trpc/init.ts';

/** An empty one, of an address without its end, is a link like any other that can't be used. */
const TokenSchema = z.string().max(TOKEN_MAX_LENGTH);

/**
 * Whom a link is for. Used, replaced, expired and unknown ones are refused alike. It changes nothing, and is a mutation
 * all the same: a query's input stands in the address, and addresses stand in logs.
 */
export const invitation = publicProcedure
  .input(z.strictObject({ token: TokenSchema }))
  .mutation(async ({ ctx, input }) => {
    const { email, name, isReset, expiresAtMs } = await findInvitation(ctx, input.token);
    return { email, name, isReset, expiresAt: new Date(expiresAtMs).toISOString() };
  });

/** Sets the password that the link is for and signs in. The link is used up, and every other session ended. */
export const acceptInvitation = publicProcedure
  .input(z.strictObject({ token: TokenSchema, name: NameSchema.optional(), password: NewPasswordSchema }))
  .mutation(async ({ ctx, input: { token, name = null, password } }) => {
    // Looked up first, so that only who has a link makes us hash.
    const { userId, role, email, isReset } = await findInvitation(ctx, token);
    const passwordHash = await hashPassword(password);
    const action = isReset ? 'reset_password' : 'accept_invitation';
    await audited({ ...ctx, user: { userId, role } }, { action, targetUserId: userId }, async () => {
      const accepted = { tokenHash: hashToken(token), name, passwordHash };
      if (!(await acceptStored(ctx.registry.db, accepted))) throw unusable();
    });
    // Once more: a session that was being made with the old password could not be seen yet.
    await endSessions(ctx.registry.db, userId);
    return { signedIn: await signIn(ctx, email, password) };
  });

async function findInvitation({ registry }: ProcedureContext, token: string) {
  const found = await readInvitation(registry.db, hashToken(token));
  if (found === null) throw unusable();
  return found;
}

/** The password is set whatever comes of this: who is not signed in can do it by hand. */
async function signIn(ctx: ProcedureContext, email: string, password: string): Promise<boolean> {
  try {
    await forgetGuesses(ctx.registry.db, ctx.settings.KILOCLAW_AUTH_SECRET, email);
    const ipHeader = ctx.settings.KILOCLAW_CLIENT_IP_HEADER;
    const headers = new Headers(ctx.ip === null || ipHeader === undefined ? {} : { [ipHeader]: ctx.ip });
    const body = { email, password };
    const signedIn = await ctx.auth.api.signInEmail({
      body,
      headers,
      asResponse: false,
      returnHeaders: true,
    });
    for (const cookie of signedIn.headers.getSetCookie()) ctx.answerHeaders.append('set-cookie', cookie);
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    log.error('no session after an invitation', { requestId: ctx.requestId, error: name });
    return false;
  }
}

const unusable = () =>
  new Refusal(
    'invitation_unusable',
    'This link can’t be used: it has been used, replaced by a newer one, or has expired. Ask an admin for a new one.',
  );
