/** The Durable Object of one instance: a switchboard. Parses nothing, decides nothing; wires the core to the runtime. */
import { DurableObject } from 'cloudflare:workers';
import {
  type DebugView,
  type OperationAnswer,
  type OperationPage,
  ok,
  type Result,
  refuse,
  type StatusView,
} from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { wireInstance } from '../wiring.ts';
import { changeInstance, retryStuck } from './change.ts';
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
  ClearSizeOverrideCall,
  ExtendVolumeCall,
  HardwareAnswer,
  InstanceRpc,
  ProvisionAnswer,
  ProvisionCall,
  ResizeCall,
  SetSizeOverrideCall,
} from './instance-rpc.ts';
import type { Operation } from './operations/operation.ts';
import { type ProvisionDefaults, provisionInstance } from './provision.ts';
import { durableStorage } from './storage/durable-storage.ts';
import { operationById, operationPage, unfinishedOperation } from './storage/operation-store.ts';
import { countOutbox } from './storage/outbox.ts';
import { debugView, operationAnswer, statusView } from './views.ts';

export class InstanceObject extends DurableObject<Env> implements InstanceRpc {
  private readonly instance: Instance;
  private readonly provisionDefaults: ProvisionDefaults;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const wiring = wireInstance(env, durableStorage(ctx.storage), (work) => ctx.waitUntil(work));
    this.instance = new Instance(wiring.deps);
    this.provisionDefaults = wiring.provisionDefaults;
    ctx.blockConcurrencyWhile(() => this.instance.wake());
  }

  provision(call: ProvisionCall): Promise<Result<ProvisionAnswer>> {
    return provisionInstance(this.instance, call, this.provisionDefaults);
  }

  async change(call: ChangeCall): Promise<Result<OperationAnswer>> {
    return answered(await changeInstance(this.instance, call));
  }

  resizeMachine(call: ResizeCall): Promise<Result<HardwareAnswer>> {
    return resizeMachine(this.instance, call);
  }

  setAdminMachineSizeOverride(call: SetSizeOverrideCall): Promise<Result<HardwareAnswer>> {
    return setAdminMachineSizeOverride(this.instance, call);
  }

  clearAdminMachineSizeOverride(call: ClearSizeOverrideCall): Promise<Result<HardwareAnswer>> {
    return clearAdminMachineSizeOverride(this.instance, call);
  }

  extendVolume(call: ExtendVolumeCall): Promise<Result<HardwareAnswer>> {
    return extendVolume(this.instance, call);
  }

  async getStatus(caller: Caller): Promise<Result<StatusView>> {
    const authorized = this.instance.authorize(caller, 'status');
    if (!authorized.ok) return authorized;
    this.instance.liveCheck();
    return ok(statusView(authorized.value, unfinishedOperation(this.instance.deps.storage)));
  }

  async getDebugState(caller: Caller, options: { readonly live: boolean }): Promise<Result<DebugView>> {
    const first = this.instance.authorize(caller, 'debug-status');
    if (!first.ok) return first;
    if (options.live) await this.instance.look();
    else this.instance.liveCheck();
    const { deps, observing, nextAlarmAt } = this.instance;
    const authorized = this.instance.authorize(caller, 'debug-status');
    if (!authorized.ok) return authorized;
    const facts = {
      current: unfinishedOperation(deps.storage),
      newestObservation: observing.newest,
      auditRowsWaiting: countOutbox(deps.storage),
      nextAlarmAt,
      capabilities: deps.provider(authorized.value.provider).capabilities,
      now: deps.clock.now(),
    };
    return ok(debugView(authorized.value, facts));
  }

  async listOperations(
    caller: Caller,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<Result<OperationPage>> {
    const authorized = this.instance.authorize(caller, 'operations');
    if (!authorized.ok) return authorized;
    const cursor = page.cursor === null ? null : Number(page.cursor);
    if (cursor !== null && !Number.isSafeInteger(cursor)) {
      return refuse('invalid_request', 'cursor: take it from the nextCursor of the page before.', {
        path: 'cursor',
      });
    }
    const { items, nextCursor } = operationPage(this.instance.deps.storage, cursor, page.limit);
    return ok({
      items: items.map(operationAnswer),
      nextCursor: nextCursor === null ? null : String(nextCursor),
    });
  }

  async getOperation(caller: Caller, operationId: string): Promise<Result<OperationAnswer>> {
    const authorized = this.instance.authorize(caller, 'operations');
    if (!authorized.ok) return authorized;
    const operation = operationById(this.instance.deps.storage, operationId);
    if (operation === null) return refuse('operation_not_found', 'This instance has no such operation.');
    return ok(operationAnswer(operation));
  }

  async retryOperation(
    caller: Caller,
    operationId: string,
    waitMs: number,
  ): Promise<Result<OperationAnswer>> {
    return answered(await retryStuck(this.instance, caller, operationId, waitMs));
  }

  /** Catches everything and arms last: an alarm that throws is retried for minutes and is then gone for good. */
  override async alarm(): Promise<void> {
    try {
      await this.instance.tick();
    } catch (error) {
      this.instance.deps.log.error('alarm failed', { message: String(error) });
      this.instance.arm();
    }
  }
}

function answered(result: Result<Operation>): Result<OperationAnswer> {
  return result.ok ? ok(operationAnswer(result.value)) : result;
}
