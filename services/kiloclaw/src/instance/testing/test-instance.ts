/** One instance in a test, with all that can be asked of it. */
import type { InstanceRow } from '@kiloclaw/db';
import { OVERRIDE_PRESETS, type OverridePreset } from '@kiloclaw/instance-tiers';
import type { Failure, RepairableFinding, Result } from '@kiloclaw/platform-contract';
import { changeInstance } from '../change.ts';
import { checkUpInstance } from '../checkup.ts';
import { fixInstance } from '../checkup-fix.ts';
import { scrubInstance } from '../deletion/scrub-instance.ts';
import {
  clearAdminMachineSizeOverride,
  extendVolume,
  resizeMachine,
  setAdminMachineSizeOverride,
} from '../hardware/calls.ts';
import type {
  Caller,
  ChangeCall,
  ClearSizeOverrideCall,
  ExtendVolumeCall,
  HardwareAnswer,
  ProvisionAnswer,
  ProvisionCall,
  RepairCall,
  ReplaceVolumeCall,
  ResizeCall,
  SetSizeOverrideCall,
} from '../instance-rpc.ts';
import type { Operation } from '../operations/operation.ts';
import { provisionInstance } from '../provision.ts';
import { repairInstance, replaceVolume } from '../repair.ts';
import { sweepInstance } from '../sweep.ts';
import { ADMIN_ID, INSTANCE_ID, OWNER_ID, TestProcess } from './test-process.ts';

export { ADMIN_ID, INSTANCE_ID, ignoreKilled, OWNER_ID } from './test-process.ts';

export class TestInstance extends TestProcess {
  private madeKeys = 0;

  /** What was asked is accepted, and has come to its end. */
  async done<Value>(answer: Promise<Result<Value>>): Promise<Operation> {
    accepted(await answer);
    if (!(await this.settle())) throw new Error('did not come to rest');
    return this.newestOperation();
  }

  caller(userId = OWNER_ID): Caller {
    return {
      v: 1,
      instanceId: INSTANCE_ID,
      userId,
      actor: { kind: 'customer', id: userId },
      requestId: 'request-1',
    };
  }

  private newKey(): string {
    this.madeKeys += 1;
    return `key-${this.madeKeys}`;
  }

  provision(asked: Partial<ProvisionCall> = {}): Promise<Result<ProvisionAnswer>> {
    const call: ProvisionCall = {
      caller: this.caller(),
      instanceId: INSTANCE_ID,
      instanceIdIsNamed: false,
      idempotencyKey: this.newKey(),
      waitMs: 0,
      userEmail: 'alice@example.com',
      provider: null,
      instanceType: null,
      machineSize: null,
      volumeSizeGb: null,
      region: null,
      name: null,
      image: null,
      env: null,
      secrets: null,
      start: null,
      ...asked,
    };
    const defaults = { provider: 'fly', image: 'example/image:1', mountPath: '/data', port: 8080 } as const;
    return provisionInstance(this.instance, call, defaults);
  }

  change(kind: ChangeCall['kind'], asked: Partial<ChangeCall> = {}): Promise<Result<Operation>> {
    const call = { caller: this.caller(), kind, idempotencyKey: this.newKey(), waitMs: 0, ...asked };
    return changeInstance(this.instance, call);
  }

  private hardware() {
    return {
      caller: { ...this.caller(), actor: { kind: 'admin', id: ADMIN_ID } },
      idempotencyKey: this.newKey(),
      waitMs: 0,
      dryRun: false,
      expectedPlanHash: null,
      apply: 'manual',
    } as const;
  }

  resize(
    targetTier: ResizeCall['targetTier'],
    asked: Partial<ResizeCall> = {},
  ): Promise<Result<HardwareAnswer>> {
    return resizeMachine(this.instance, { ...this.hardware(), targetTier, ...asked });
  }

  setOverride(
    preset: OverridePreset = 'perf-4-16',
    asked: Partial<SetSizeOverrideCall> = {},
  ): Promise<Result<HardwareAnswer>> {
    const lent = { preset, machineSize: OVERRIDE_PRESETS[preset], reason: 'out of memory', expiresAt: null };
    return setAdminMachineSizeOverride(this.instance, { ...this.hardware(), ...lent, ...asked });
  }

  clearOverride(asked: Partial<ClearSizeOverrideCall> = {}): Promise<Result<HardwareAnswer>> {
    return clearAdminMachineSizeOverride(this.instance, { ...this.hardware(), ...asked });
  }

  extend(targetSizeGb: number, asked: Partial<ExtendVolumeCall> = {}): Promise<Result<HardwareAnswer>> {
    const named = { appName: null, volumeId: null };
    return extendVolume(this.instance, { ...this.hardware(), targetSizeGb, ...named, ...asked });
  }

  private decision() {
    return {
      caller: { ...this.caller(), actor: { kind: 'admin', id: ADMIN_ID } },
      idempotencyKey: this.newKey(),
      waitMs: 0,
    } as const;
  }

  repair(finding: RepairableFinding, choice: string, asked: Partial<RepairCall> = {}) {
    return repairInstance(this.instance, { ...this.decision(), finding, choice, ...asked });
  }

  replaceVolume(asked: Partial<ReplaceVolumeCall> = {}): Promise<Result<Operation>> {
    return replaceVolume(this.instance, { ...this.decision(), ...asked });
  }

  /** As the registry's row is, with what somebody else has written into it. */
  sweep(written: Partial<InstanceRow> = {}, caller = this.caller()) {
    if (this.registry.row === null) throw new Error('there is no row');
    return sweepInstance(this.instance, { caller, row: { ...this.registry.row, ...written } });
  }

  checkUp({ live = false, caller = this.caller() } = {}) {
    return checkUpInstance(this.instance, { caller, live });
  }

  /** With the registry's row as it is, or as somebody else has written it. */
  fix(row: InstanceRow | null = this.registry.row, caller = this.caller()) {
    return fixInstance(this.instance, { caller, row });
  }

  scrub(personId: string, caller = this.caller()) {
    return scrubInstance(this.instance, { caller, personId });
  }

  async provisioned(asked: Partial<ProvisionCall> = {}): Promise<this> {
    accepted(await this.provision(asked));
    await this.settle();
    return this;
  }

  async stopped(): Promise<this> {
    await this.provisioned();
    accepted(await this.change('stop'));
    await this.settle();
    return this;
  }
}

export function accepted<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`refused: ${result.error.code}: ${result.error.message}`);
  return result.value;
}

export function refusal(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('was not refused');
  return result.error;
}
