/** Who a change is recorded for. */
import { Option } from '@commander-js/extra-typings';
import { RequestActorSchema, UserIdSchema } from '@kiloclaw/platform-contract';
import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { usageError } from '../../cli-error.ts';
import { AS_ADMIN_VARIABLE, type Connection } from '../../profiles/connection.ts';

type RequestActor = z.infer<typeof RequestActorSchema>;

export function asAdminOption() {
  return new Option('--as-admin <userId>', 'the admin in whose name it is done (an id of users)').argParser(
    (text: string) => {
      const parsed = UserIdSchema.safeParse(text);
      if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'is no user id');
      return parsed.data;
    },
  );
}

/**
 * The option first, then the environment, then the profile. Where none of them names an admin, the control plane
 * records the key by its name.
 */
export function actorOf(asAdmin: string | undefined, connection: Connection): { actor?: RequestActor } {
  const id = asAdmin ?? connection.asAdmin;
  return id === undefined ? {} : { actor: RequestActorSchema.parse({ kind: 'admin', id }) };
}

/** For what only a person may decide. Throws a `CliError` where nobody is named. */
export function requiredActor(asAdmin: string | undefined, connection: Connection): { actor: RequestActor } {
  const { actor } = actorOf(asAdmin, connection);
  if (actor === undefined)
    throw usageError(
      '--as-admin is missing: this is recorded in the name of an admin.',
      `Give --as-admin USER_ID, set ${AS_ADMIN_VARIABLE}, or keep it in the profile: kiloclaw login --as-admin USER_ID.`,
    );
  return { actor };
}
