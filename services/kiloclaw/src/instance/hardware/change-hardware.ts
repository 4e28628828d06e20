/** The one way of every change of hardware: know what there is, ask whether it fits, plan, and accept by that very plan. */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import { type Failure, type GatedAction, ok, type Plan, type Result } from '@kiloclaw/platform-contract';
import { failureOf, mayPass, ProviderError } from '../../providers/provider-error.ts';
import { isHardwareUnknown } from '../backfill.ts';
import { unconfiguredRefusal } from '../configured-providers.ts';
import type { Instance } from '../instance.ts';
import type { HardwareAnswer, ResizeCall } from '../instance-rpc.ts';
import { acceptChange, answerByKey } from '../operations/accept.ts';
import type { SupportedOperationKind } from '../operations/kinds.ts';
import type { Operation, OperationParams } from '../operations/operation.ts';
import { submittedByCaller } from '../operations/submission.ts';
import type { InstanceState } from '../state.ts';
import { unfinishedOperation } from '../storage/operation-store.ts';
import { operationAnswer } from '../views/views.ts';
import type { Fit, PlanFacts } from './plan.ts';

export interface HardwareChange {
  readonly kind: SupportedOperationKind & GatedAction;
  readonly call: Pick<ResizeCall, 'caller' | 'idempotencyKey' | 'waitMs' | 'dryRun' | 'expectedPlanHash'>;
  /** What was asked, in the clear: tells one request from another under the same key. */
  readonly asked: unknown;
  /** The size that the provider is to be asked about, or null where the change brings none. */
  readonly size: MachineSize | null;
  readonly plan: (facts: PlanFacts) => Plan;
  readonly params: (state: InstanceState) => OperationParams;
  /** What the acceptance itself changes. */
  readonly begin: (state: InstanceState) => InstanceState;
}

/** Plans the change, and carries it out unless the plan alone was asked for. */
export async function changeHardware(
  instance: Instance,
  change: HardwareChange,
): Promise<Result<HardwareAnswer>> {
  const { deps } = instance;
  const { kind, call } = change;
  const fingerprints = await deps.vault.fingerprints(
    JSON.stringify([kind, call.caller.userId, change.asked]),
  );
  const first = instance.authorize(call.caller, kind);
  if (!first.ok) return first;
  const { idempotencyKey } = call;
  const known = call.dryRun
    ? null
    : answerByKey(deps.storage, { idempotencyKey, fingerprints }, deps.clock.now());
  const fit = known === null ? await prospect(instance, first.value, change) : UNKNOWN_FIT;
  // From here to the acceptance nothing is awaited; what was read above is read again.
  const current = instance.authorize(call.caller, kind);
  if (!current.ok) return current;
  const state = current.value;
  const capabilities = deps.capabilities(state.provider);
  const planned = (running: Operation | null) =>
    change.plan({ state, capabilities, running, fit, now: deps.clock.now() });
  if (call.dryRun) return ok({ plan: planned(unfinishedOperation(deps.storage)) });
  const submission = submittedByCaller(call, { kind, fingerprints, params: change.params(state) });
  const acceptance = acceptChange(deps, state, submission, {
    decide: (running) => decide(planned(running), call.expectedPlanHash),
    change: change.begin,
  });
  const followed = await instance.follow(acceptance, call.waitMs);
  return followed.ok ? ok(operationAnswer(followed.value)) : followed;
}

const UNKNOWN_FIT: Fit = { kind: 'unknown' };

function decide(plan: Plan, expectedHash: string | null): Failure | null {
  if (plan.refusal !== null) return plan.refusal;
  if (expectedHash === null || expectedHash === plan.hash) return null;
  const message = 'The plan would be another one by now. Look at the plan again, then confirm that one.';
  return { code: 'plan_stale', message, details: { plan } };
}

/** Learns what nobody has recorded, and asks whether the size fits. A provider that does not answer decides nothing. */
async function prospect(instance: Instance, state: InstanceState, { size }: HardwareChange): Promise<Fit> {
  const { deps } = instance;
  const unconfigured = unconfiguredRefusal(deps, state.provider);
  if (unconfigured !== null) return { kind: 'refused', failure: unconfigured };
  const provider = deps.provider(state.provider);
  if (isHardwareUnknown(state) && provider.capabilities.observesHardware) await instance.look('plan');
  if (size === null) return UNKNOWN_FIT;
  try {
    return { kind: 'given', size: await provider.fitSize(size) };
  } catch (error) {
    if (!(error instanceof ProviderError) || mayPass(error)) return UNKNOWN_FIT;
    return { kind: 'refused', failure: failureOf(error) };
  }
}
