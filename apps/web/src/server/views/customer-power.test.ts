import {
  gate,
  InstanceStatusSchema,
  OperationKindSchema,
  type ProviderCapabilities,
} from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerPower, POWER_ACTIONS } from './customer-power.ts';

const AT = '2026-01-02T03:04:05.000Z';
const kind = fc.constantFrom(...OperationKindSchema.options);
const operation = fc.option(
  fc.record({ id: fc.uuid(), kind, step: fc.constant(null), startedAt: fc.constant(AT) }),
);
const status = fc.constantFrom(...InstanceStatusSchema.options);
const capabilities: fc.Arbitrary<ProviderCapabilities> = fc.record({
  resize: fc.boolean(),
  sizeOverride: fc.boolean(),
  extendVolume: fc.boolean(),
  forksVolume: fc.boolean(),
  observesHardware: fc.boolean(),
  volumesAreSized: fc.boolean(),
  cpuKindsObservable: fc.boolean(),
  sizeAppliesAt: fc.constantFrom('once', 'stop', 'next_start', 'live_upwards'),
  resizeNeedsStop: fc.boolean(),
  hasRegions: fc.boolean(),
});

const allowed = (power: ReturnType<typeof customerPower>) =>
  POWER_ACTIONS.filter((action) => power[action] === null);

describe('start, stop and restart for a customer', () => {
  it('are never offered where the control plane’s gate refuses, whatever the provider can do', () => {
    fc.assert(
      fc.property(status, operation, capabilities, (at, running, can) => {
        const facts = { status: at, runningOperation: running, stateError: null, capabilities: can };
        for (const action of allowed(customerPower({ status: at, operation: running })))
          expect(gate(action, facts).allowed).toBe(true);
      }),
    );
  });

  it.each([
    ['provisioning', []],
    ['provisioned', ['start']],
    ['running', ['stop', 'restart']],
    ['stopped', ['start']],
    ['destroying', []],
    ['destroyed', []],
  ] as const)('%s: %j', (at, actions) => {
    expect(allowed(customerPower({ status: at, operation: null }))).toEqual(actions);
  });

  it('say why not, without naming what is under way', () => {
    fc.assert(
      fc.property(kind, (of) => {
        const running = { id: '00000000-0000-4000-8000-000000000001', kind: of, step: null, startedAt: AT };
        const { stop } = customerPower({ status: 'running', operation: running });
        expect(stop).toBe('Something is under way on your instance. Wait for it to end, then try again.');
      }),
    );
  });
});
