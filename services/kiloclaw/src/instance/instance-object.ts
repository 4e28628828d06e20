/** The Durable Object of one instance: a switchboard. Parses nothing, decides nothing; wires the core to the runtime. */
import { DurableObject } from 'cloudflare:workers';
import type {
  DebugView,
  OperationAnswer,
  OperationPage,
  Result,
  StatusView,
} from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { wireInstance } from '../wiring.ts';
import { changeInstance, retryStuck } from './change.ts';
import { checkUpInstance } from './checkup.ts';
import { fixInstance } from './checkup-fix.ts';
import { scrubInstance } from './deletion/scrub-instance.ts';
import {
  clearAdminMachineSizeOverride,
  extendVolume,
  resizeMachine,
  setAdminMachineSizeOverride,
} from './hardware/calls.ts';
import { Instance } from './instance.ts';
import type {
  Caller,
  ChangeCall,
  CheckupCall,
  CheckupFacts,
  CheckupFixCall,
  ClearSizeOverrideCall,
  ExtendVolumeCall,
  FixAnswer,
  HardwareAnswer,
  InstanceRpc,
  Presence,
  PresenceCall,
  ProvisionAnswer,
  ProvisionCall,
  RepairCall,
  ReplaceVolumeCall,
  ResizeCall,
  ScrubAnswer,
  ScrubCall,
  SealingAnswer,
  SealingCall,
  SetSizeOverrideCall,
  SweepAnswer,
  SweepCall,
} from './instance-rpc.ts';
import { presenceOf } from './presence.ts';
import { type ProvisionDefaults, provisionInstance } from './provision.ts';
import { readDebugState, readOperation, readOperations, readStatus } from './read.ts';
import { repairInstance, replaceVolume } from './repair.ts';
import { notRecalled, recall } from './restore.ts';
import { sealingOf } from './sealing.ts';
import { durableStorage } from './storage/durable-storage.ts';
import { sweepInstance } from './sweep.ts';
import { traced } from './traced.ts';
import { operationResult } from './views/views.ts';

export class InstanceObject extends DurableObject<Env> implements InstanceRpc {
  private readonly instance: Instance;
  private readonly provisionDefaults: ProvisionDefaults;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const id = ctx.id.toString();
    const wiring = wireInstance(env, id, durableStorage(ctx.storage), (work) => ctx.waitUntil(work));
    this.instance = new Instance(wiring.deps);
    this.provisionDefaults = wiring.provisionDefaults;
    ctx.blockConcurrencyWhile(() => this.instance.wake());
  }

  provision(call: ProvisionCall): Promise<Result<ProvisionAnswer>> {
    return traced(this.instance, call.caller, 'provision', () =>
      provisionInstance(this.instance, call, this.provisionDefaults),
    );
  }

  change(call: ChangeCall): Promise<Result<OperationAnswer>> {
    return this.settled(call.caller, call.kind, async () =>
      operationResult(await changeInstance(this.instance, call)),
    );
  }

  resizeMachine(call: ResizeCall): Promise<Result<HardwareAnswer>> {
    return this.settled(call.caller, 'resize', () => resizeMachine(this.instance, call));
  }

  setAdminMachineSizeOverride(call: SetSizeOverrideCall): Promise<Result<HardwareAnswer>> {
    return this.settled(call.caller, 'set_override', () => setAdminMachineSizeOverride(this.instance, call));
  }

  clearAdminMachineSizeOverride(call: ClearSizeOverrideCall): Promise<Result<HardwareAnswer>> {
    return this.settled(call.caller, 'clear_override', () =>
      clearAdminMachineSizeOverride(this.instance, call),
    );
  }

  extendVolume(call: ExtendVolumeCall): Promise<Result<HardwareAnswer>> {
    return this.settled(call.caller, 'extend_volume', () => extendVolume(this.instance, call));
  }

  repairInstance(call: RepairCall): Promise<Result<OperationAnswer>> {
    return this.settled(call.caller, 'repair', async () =>
      operationResult(await repairInstance(this.instance, call)),
    );
  }

  replaceVolume(call: ReplaceVolumeCall): Promise<Result<OperationAnswer>> {
    return this.settled(call.caller, 'replace_volume', async () =>
      operationResult(await replaceVolume(this.instance, call)),
    );
  }

  sweep(call: SweepCall): Promise<Result<SweepAnswer>> {
    return this.known(call.caller, 'sweep', () => sweepInstance(this.instance, call));
  }

  checkUp(call: CheckupCall): Promise<Result<CheckupFacts | null>> {
    return checkUpInstance(this.instance, call);
  }

  fixCheckup(call: CheckupFixCall): Promise<Result<FixAnswer>> {
    return this.known(call.caller, 'checkup_fix', () => fixInstance(this.instance, call));
  }

  async presence(_call: PresenceCall): Promise<Presence> {
    return presenceOf(this.instance);
  }

  scrubPerson(call: ScrubCall): Promise<Result<ScrubAnswer>> {
    return traced(this.instance, call.caller, 'scrub', () => scrubInstance(this.instance, call));
  }

  sealing(call: SealingCall): Promise<Result<SealingAnswer>> {
    return traced(this.instance, call.caller, 'sealing', () => sealingOf(this.instance, call));
  }

  getStatus(caller: Caller): Promise<Result<StatusView>> {
    return this.known(caller, 'status', async () => readStatus(this.instance, caller));
  }

  getDebugState(caller: Caller, options: { readonly live: boolean }): Promise<Result<DebugView>> {
    return this.known(caller, 'debug-status', () => readDebugState(this.instance, caller, options));
  }

  listOperations(
    caller: Caller,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<Result<OperationPage>> {
    return this.known(caller, 'operations', async () => readOperations(this.instance, caller, page));
  }

  getOperation(caller: Caller, operationId: string): Promise<Result<OperationAnswer>> {
    return this.known(caller, 'operations', async () => readOperation(this.instance, caller, operationId));
  }

  retryOperation(caller: Caller, operationId: string, waitMs: number): Promise<Result<OperationAnswer>> {
    return this.known(caller, 'retry', async () =>
      operationResult(await retryStuck(this.instance, caller, operationId, waitMs)),
    );
  }

  /** `known`, for a change: it comes after what brings the instance back, and is not refused for it. */
  private settled<Value>(
    caller: Caller,
    action: string,
    work: () => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    return this.known(caller, action, async () => {
      await this.instance.untilRestored();
      return work();
    });
  }

  /** Before anything else: an object that lost its storage is brought back, or says why it can't be. */
  private known<Value>(
    caller: Caller,
    action: string,
    work: () => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    return traced(this.instance, caller, action, async () => {
      const recalled = await recall(this.instance, caller, action);
      return recalled.kind === 'refused' || recalled.kind === 'unavailable' ? notRecalled(recalled) : work();
    });
  }

  /** Catches everything and arms last: an alarm that throws is retried for minutes and is then gone for good. */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    try {
      await this.instance.tick(info?.isRetry === false ? info.scheduledTime : null);
    } catch (error) {
      const { instanceId } = this.instance;
      this.instance.deps.log.error('alarm failed', { instanceId, message: String(error) });
      this.instance.arm();
    }
  }
}
