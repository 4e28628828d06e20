/** How a change is asked of the control plane: named after who asks, done once, answered while it still runs. */
import {
  type CallOptions,
  type OperationAnswer,
  OperationAnswerSchema,
  type Plan,
  PlanAnswerSchema,
  type PlatformClient,
  type RouteInput,
} from '@kiloclaw/platform-contract';
import type { Viewer } from '../auth/viewer.ts';

interface Asking {
  readonly requestId: string;
  readonly user: Viewer;
  readonly controlPlane: PlatformClient;
}

type PlannedRoute = 'resize' | 'extendVolume' | 'setSizeOverride' | 'clearSizeOverride';
type ChangeRoute = PlannedRoute | 'start' | 'stop' | 'restart' | 'destroy' | 'repair' | 'replaceVolume';
/** What a page gives; who asks is added here. */
type Asked<Name extends ChangeRoute> = Omit<RouteInput<Name>, 'actor' | 'dryRun'>;

/** Pages watch the operation themselves. */
const WAIT_S = 0;

export function changeOptions(requestId: string, idempotencyKey: string): CallOptions {
  return { requestId, idempotencyKey, waitS: WAIT_S };
}

export function adminActor({ user }: Pick<Asking, 'user'>) {
  return { kind: 'admin' as const, id: user.userId };
}

/** What a change would do, asked by an admin. Throws as the typed client does. */
export async function planForAdmin<Name extends PlannedRoute>(
  ctx: Asking,
  name: Name,
  asked: Asked<Name>,
): Promise<Plan> {
  const body = { ...asked, actor: adminActor(ctx), dryRun: true } as RouteInput<Name>;
  const answer = await ctx.controlPlane.call(name, body, { requestId: ctx.requestId });
  return PlanAnswerSchema.parse(answer.body).plan;
}

/** A change, asked by whoever is signed in, as `kind`; its operation may still run. Throws as the typed client does. */
export async function changeAs<Name extends ChangeRoute>(
  kind: 'admin' | 'customer',
  ctx: Asking,
  name: Name,
  { idempotencyKey, ...asked }: Asked<Name> & { idempotencyKey: string },
): Promise<OperationAnswer> {
  const body = { ...asked, actor: { kind, id: ctx.user.userId } } as unknown as RouteInput<Name>;
  const options = changeOptions(ctx.requestId, idempotencyKey);
  return operationIn((await ctx.controlPlane.call(name, body, options)).body);
}

/** The operation in the answer of a change that was not a dry run. */
export function operationIn(body: unknown): OperationAnswer {
  return OperationAnswerSchema.parse(body);
}
