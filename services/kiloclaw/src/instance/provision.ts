/** A provision: of a fresh instance, or, for one that exists, a change of its configuration. */
import { ok, type Result, refuse } from '@kiloclaw/platform-contract';
import { type ConfigurationDefaults, configure } from './configuration.ts';
import { unconfiguredRefusal } from './configured-providers.ts';
import type { Deps, Fingerprint } from './deps.ts';
import { isFreeAtProviders } from './free-id.ts';
import type { Instance } from './instance.ts';
import type { ProvisionAnswer, ProvisionCall } from './instance-rpc.ts';
import { type Acceptance, acceptChange, acceptFirst, answerByKey } from './operations/accept.ts';
import type { Operation } from './operations/operation.ts';
import { type Submission, submittedByCaller } from './operations/submission.ts';
import { firstState, planHardware, refuseHardwareChange } from './provision-plan.ts';
import { type Recall, recall } from './restore.ts';
import type { Configuration, InstanceState } from './state.ts';
import { unfinishedOperation } from './storage/operation-store.ts';
import { loadRecord } from './storage/record-store.ts';
import { operationAnswer, statusView } from './views/views.ts';

/** Each one more means that somebody else has changed the configuration once more. */
const ATTEMPTS = 3;

export interface ProvisionDefaults extends ConfigurationDefaults {
  readonly provider: ProvisionCall['provider'];
}

/** Makes the instance, or changes the configuration of the one that is there; hardware is a resize’s to change. */
export async function provisionInstance(
  instance: Instance,
  call: ProvisionCall,
  defaults: ProvisionDefaults,
): Promise<Result<ProvisionAnswer>> {
  const { deps } = instance;
  const recalled = await recall(instance, call.caller, 'provision');
  const refused = refusedBy(recalled) ?? (await refusedIfTaken(deps, recalled, call));
  if (refused !== null) return refused;
  await instance.untilRestored();
  const { caller: _caller, waitMs: _waitMs, instanceIdIsNamed: _instanceIdIsNamed, ...asked } = call;
  const fingerprints = await deps.vault.fingerprints(
    JSON.stringify(['provision', call.caller.userId, asked]),
  );
  const mayExist = recalled.kind === 'unavailable' && !call.instanceIdIsNamed;
  const acceptance = await configuredThen(instance, call, defaults, (current, configuration) => {
    const submission = submissionOf(call, fingerprints, current === null);
    if (current === null)
      return acceptFresh(instance, call, submission, configuration, { ...defaults, mayExist });
    const known = answerByKey(deps.storage, submission, deps.clock.now());
    return known ?? acceptAgain(instance, current, call, submission, configuration);
  });
  if ('ok' in acceptance) return acceptance;
  const followed = await instance.follow(acceptance, call.waitMs);
  return followed.ok ? answerOf(instance, followed.value) : followed;
}

type Accepted = Acceptance | Refusal;
type Refusal = Extract<Result<never>, { ok: false }>;

/**
 * Sealing takes its time. What was configured or sealed anew meanwhile would be undone by what was made of the older
 * configuration: then it is made once more, of the one that there is.
 */
async function configuredThen(
  instance: Instance,
  call: ProvisionCall,
  defaults: ProvisionDefaults,
  accept: (current: InstanceState | null, configuration: Configuration) => Accepted,
): Promise<Accepted> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = existing(instance, call);
    if (!before.ok) return before;
    const read = before.value?.configuration ?? null;
    const configured = await configure(instance.deps.vault, call, read, defaults);
    if (!configured.ok) return configured;
    // From here to the acceptance nothing is awaited; what was read above is read again.
    const current = existing(instance, call);
    if (!current.ok) return current;
    if (isSame(read, current.value?.configuration ?? null)) return accept(current.value, configured.value);
  }
  return refuse('operation_in_progress', 'The configuration is being changed by others. Try again.');
}

function isSame(read: Configuration | null, now: Configuration | null): boolean {
  return JSON.stringify(read) === JSON.stringify(now);
}

/** An id that was used, or is somebody else's, is nobody's to provision. */
function refusedBy(recalled: Recall): Refusal | null {
  if (recalled.kind === 'refused') return { ok: false, error: recalled.failure };
  if (recalled.kind === 'closed') {
    const message = 'The instance has been destroyed. Its id is never used again: provision a new one.';
    return refuse('instance_destroying', message);
  }
  if (recalled.kind !== 'foreign') return null;
  return refuse('instance_not_found', 'No such instance belongs to this user. Check userId and instanceId.');
}

/**
 * While nobody can tell whose a named id is, it is free only where no provider has anything of it: what a lost object
 * left is never taken over by whoever names it. An id that was made here, or of the caller and its key, can be nobody
 * else's.
 */
async function refusedIfTaken(
  deps: Deps,
  recalled: Recall,
  { caller, instanceIdIsNamed }: ProvisionCall,
): Promise<Refusal | null> {
  if (recalled.kind !== 'unavailable' || !instanceIdIsNamed) return null;
  if (await isFreeAtProviders(deps, caller)) return null;
  const message =
    'instanceId: the registry does not answer just now, so that nobody can tell whose this id is. Try again soon, or leave it out to be given a new one.';
  return refuse('registry_unavailable', message, { path: 'instanceId' });
}

function existing(instance: Instance, call: ProvisionCall): Result<InstanceState | null> {
  const authorized = instance.authorize(call.caller, 'provision');
  if (authorized.ok) return authorized;
  const isEmpty = authorized.error.code === 'instance_not_found' && !instance.hasRecord();
  return isEmpty ? ok(null) : authorized;
}

function submissionOf(call: ProvisionCall, fingerprints: readonly Fingerprint[], isNew: boolean): Submission {
  const kind = isNew ? 'provision' : 'update_config';
  const region = isNew && call.region !== null && { region: call.region };
  const params = { start: call.start ?? isNew, ...region };
  return submittedByCaller(call, { kind, fingerprints, params });
}

function acceptFresh(
  instance: Instance,
  call: ProvisionCall,
  submission: Submission,
  configuration: Configuration,
  { provider: defaultProvider, mayExist }: ProvisionDefaults & { readonly mayExist: boolean },
): Accepted {
  const { deps } = instance;
  const providerId = call.provider ?? defaultProvider;
  if (providerId === null) return refuse('provider_unsupported', 'provider: no provider is configured here.');
  const unconfigured = unconfiguredRefusal(deps, providerId);
  if (unconfigured !== null) return { ok: false, error: unconfigured };
  const provider = deps.provider(providerId);
  const hardware = planHardware(call, provider.capabilities);
  if (!hardware.ok) return hardware;
  instance.prepareStorage();
  const fleet = { fleetId: deps.fleetId, now: deps.clock.now() };
  const state = firstState(call, hardware.value, configuration, provider, fleet);
  return acceptFirst(deps, state, submission, { mayExist });
}

function acceptAgain(
  instance: Instance,
  state: InstanceState,
  call: ProvisionCall,
  submission: Submission,
  configuration: Configuration,
): Accepted {
  const hardware = refuseHardwareChange(state, call);
  const isGone = state.status === 'destroying' || state.status === 'destroyed';
  // A gate's refusal comes before the policy's; the gate itself is asked by the acceptance.
  if (!hardware.ok && !isGone && unfinishedOperation(instance.deps.storage) === null) return hardware;
  return acceptChange(
    instance.deps,
    state,
    { ...submission, kind: 'update_config' },
    { change: (next) => ({ ...next, configuration, name: call.name ?? next.name }) },
  );
}

function answerOf(instance: Instance, operation: Operation): Result<ProvisionAnswer> {
  const record = loadRecord(instance.deps.storage);
  if (record.kind !== 'sound')
    return refuse('state_invalid', 'The stored record of this instance is damaged.');
  const status = statusView(record.state, unfinishedOperation(instance.deps.storage));
  return ok({ isNew: operation.kind === 'provision', operation: operationAnswer(operation), status });
}
