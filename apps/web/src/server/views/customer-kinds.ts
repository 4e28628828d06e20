/** What operations are called to customers. Pure. */
import type { OperationKind } from '@kiloclaw/platform-contract';

/** What may be under way, in words that tell nothing of how it is done. */
export type CustomerOperationKind =
  | 'provision'
  | 'start'
  | 'stop'
  | 'restart'
  | 'destroy'
  | 'resize'
  | 'extend_volume'
  | 'maintenance';

export const CUSTOMER_KINDS: Record<OperationKind, CustomerOperationKind> = {
  provision: 'provision',
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  destroy: 'destroy',
  resize: 'resize',
  extend_volume: 'extend_volume',
  set_override: 'restart',
  clear_override: 'restart',
  replace_volume: 'maintenance',
  update_config: 'maintenance',
  repair: 'maintenance',
  restore: 'maintenance',
};
