/** What the tests of the stack do with an instance's hardware, over the public API. */
import {
  type OperationAnswer,
  OperationAnswerSchema,
  type Plan,
  PlanAnswerSchema,
  PlatformApiError,
  type PlatformClient,
  type RouteInput,
} from '@kiloclaw/platform-contract';

const WAIT_S = 60;

type HardwareRoute = 'resize' | 'extendVolume' | 'setSizeOverride' | 'clearSizeOverride';

export const ADMIN = { kind: 'admin', id: 'support-1' } as const;

/** Changes hardware and waits for the end; throws unless it succeeded within the wait. */
export async function changeHardware<Name extends HardwareRoute>(
  client: PlatformClient,
  name: Name,
  input: RouteInput<Name>,
): Promise<OperationAnswer> {
  const { body } = await client.call(name, input, { waitS: WAIT_S });
  const answer = OperationAnswerSchema.parse(body);
  if (answer.operation.status !== 'succeeded') throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return answer;
}

/** What the change would do; nothing happens. */
export async function planOf<Name extends HardwareRoute>(
  client: PlatformClient,
  name: Name,
  input: RouteInput<Name>,
): Promise<Plan> {
  const { body } = await client.call(name, { ...input, dryRun: true });
  return PlanAnswerSchema.parse(body).plan;
}

/** The error of a call that has to be refused. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<Pick<PlatformApiError, 'status' | 'code' | 'message' | 'details'>> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PlatformApiError)) throw new Error('it was not refused', { cause: error });
  const { status, code, message, details } = error;
  return { status, code, message, details };
}
