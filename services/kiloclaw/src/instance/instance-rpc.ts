/**
 * What the Worker and an instance's object say to each other. Both may be of different releases for minutes:
 * every argument carries its version, and changes are additive.
 */
import type { MachineSize } from '@kiloclaw/instance-tiers';
import type {
  Actor,
  DebugView,
  OperationAnswer,
  OperationPage,
  ProviderId,
  Result,
  StatusView,
} from '@kiloclaw/platform-contract';

export interface Caller {
  readonly v: 1;
  /** The owner that the caller names: checked before anything else. */
  readonly userId: string;
  readonly actor: Actor;
  readonly requestId: string;
}

export interface ChangeCall {
  readonly caller: Caller;
  readonly kind: 'start' | 'stop' | 'restart' | 'destroy';
  readonly idempotencyKey: string;
  readonly waitMs: number;
}

export interface ProvisionCall {
  readonly caller: Caller;
  readonly instanceId: string;
  readonly idempotencyKey: string;
  readonly waitMs: number;
  readonly userEmail: string | null;
  /** What the caller named; null where it named nothing. */
  readonly provider: ProviderId | null;
  readonly instanceType: string | null;
  readonly machineSize: MachineSize | null;
  readonly volumeSizeGb: number | null;
  readonly region: string | null;
  readonly name: string | null;
  readonly image: string | null;
  readonly env: Readonly<Record<string, string>> | null;
  readonly secrets: Readonly<Record<string, string>> | null;
  readonly start: boolean | null;
}

export interface ProvisionAnswer {
  readonly isNew: boolean;
  readonly operation: OperationAnswer;
  readonly status: StatusView;
}

export interface InstanceRpc {
  provision(call: ProvisionCall): Promise<Result<ProvisionAnswer>>;
  change(call: ChangeCall): Promise<Result<OperationAnswer>>;
  getStatus(caller: Caller): Promise<Result<StatusView>>;
  getDebugState(caller: Caller, options: { readonly live: boolean }): Promise<Result<DebugView>>;
  listOperations(
    caller: Caller,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<Result<OperationPage>>;
  getOperation(caller: Caller, operationId: string): Promise<Result<OperationAnswer>>;
  retryOperation(caller: Caller, operationId: string, waitMs: number): Promise<Result<OperationAnswer>>;
}
