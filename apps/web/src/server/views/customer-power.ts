/**
 * Which of start, stop and restart a customer may ask for now, and why not: the control plane's own gate, and what would
 * change nothing. Pure.
 */
import {
  gate,
  type InstanceStatus,
  type ProviderCapabilities,
  type StatusView,
} from '@kiloclaw/platform-contract';
import { customerSentence } from '../trpc/customer-failures.ts';

export const POWER_ACTIONS = ['start', 'stop', 'restart'] as const;
export type PowerAction = (typeof POWER_ACTIONS)[number];

/** The reason against each action; null where it may be asked for. */
export type CustomerPower = Readonly<Record<PowerAction, string | null>>;

/** Power needs nothing that a provider might lack, and the view doesn't tell what it has. */
const NOTHING_SPECIAL: ProviderCapabilities = {
  resize: false,
  sizeOverride: false,
  extendVolume: false,
  forksVolume: false,
  observesHardware: false,
  volumesAreSized: false,
  cpuKindsObservable: false,
  sizeAppliesAt: 'once',
  resizeNeedsStop: false,
  hasRegions: false,
};

const NOT_RUNNING: Readonly<Record<PowerAction, string | null>> = {
  start: null,
  stop: 'Your instance is not running.',
  restart: 'Your instance is not running. Start it instead.',
};

const CHANGES_NOTHING: Partial<Record<InstanceStatus, Readonly<Record<PowerAction, string | null>>>> = {
  provisioned: NOT_RUNNING,
  stopped: NOT_RUNNING,
  running: { start: 'Your instance is running already.', stop: null, restart: null },
};

export function customerPower({
  status,
  operation,
}: Pick<StatusView, 'status' | 'operation'>): CustomerPower {
  const facts = { status, runningOperation: operation, stateError: null, capabilities: NOTHING_SPECIAL };
  const reasonAgainst = (action: PowerAction) => {
    const answer = gate(action, facts);
    if (!answer.allowed) return customerSentence(answer.reason);
    return CHANGES_NOTHING[status]?.[action] ?? null;
  };
  return {
    start: reasonAgainst('start'),
    stop: reasonAgainst('stop'),
    restart: reasonAgainst('restart'),
  };
}
