import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderCapabilities } from './capabilities.ts';
import { ERROR_STATUS } from './errors.ts';
import { allGates, GATED_ACTIONS, type GateFacts, type GateOptions, gate } from './gates.ts';
import { InstanceStatusSchema, OperationKindSchema } from './states.ts';
import { A_CLOUD as CAPABLE } from './testing/capabilities.ts';

const capabilities: fc.Arbitrary<ProviderCapabilities> = fc
  .record({
    resize: fc.boolean(),
    sizeOverride: fc.boolean(),
    extendVolume: fc.boolean(),
    resizeNeedsStop: fc.boolean(),
  })
  .map((some) => ({ ...CAPABLE, ...some }));

const facts: fc.Arbitrary<GateFacts> = fc.record({
  status: fc.constantFrom(...InstanceStatusSchema.options),
  runningOperation: fc.option(
    fc.record({ id: fc.uuid(), kind: fc.constantFrom(...OperationKindSchema.options) }),
    { nil: null },
  ),
  stateError: fc.option(fc.string(), { nil: null }),
  capabilities,
});

const options: fc.Arbitrary<GateOptions> = fc.record({
  policy: fc.constantFrom(null, { code: 'not_an_upgrade' as const, message: 'It is larger in nothing.' }),
  apply: fc.constantFrom('manual', 'now'),
});

/** The order of refusal, told once more in another way: the first row whose condition holds gives the reason. */
function expectedReason(action: string, of: GateFacts, { policy, apply }: GateOptions): string | null {
  if (of.stateError !== null) return 'state_invalid';
  if (action === 'destroy') return null;
  if (of.status === 'provisioning') return 'instance_not_provisioned';
  if (['destroying', 'destroyed'].includes(of.status)) return 'instance_destroying';
  const isPure = action.endsWith('_override') && apply !== 'now';
  if (of.runningOperation !== null && (!isPure || of.runningOperation.kind === 'resize'))
    return 'operation_in_progress';
  const lacks = {
    resize: !of.capabilities.resize,
    set_override: !of.capabilities.sizeOverride,
    extend_volume: !of.capabilities.extendVolume,
  }[action];
  if (lacks) return 'provider_unsupported';
  if (policy != null) return policy.code;
  const mustBeStopped = action === 'resize' && of.capabilities.resizeNeedsStop && apply !== 'now';
  return mustBeStopped && of.status === 'running' ? 'instance_not_stopped' : null;
}

describe('a gate', () => {
  it('refuses for the first reason of the one order, and for no other', () => {
    fc.assert(
      fc.property(facts, options, fc.constantFrom(...GATED_ACTIONS), (of, given, action) => {
        const answer = gate(action, of, given);
        expect(answer.allowed ? null : answer.reason).toBe(expectedReason(action, of, given));
      }),
    );
  });

  it('gives a sentence with every refusal, and a reason that is an error code', () => {
    fc.assert(
      fc.property(facts, (of) => {
        for (const answer of Object.values(allGates(of))) {
          if (answer.allowed) continue;
          expect(answer.message.length).toBeGreaterThan(20);
          expect(ERROR_STATUS[answer.reason]).toBe(answer.reason === 'provider_unsupported' ? 422 : 409);
        }
      }),
    );
  });

  it('names the running operation by kind and id', () => {
    const runningOperation = { id: '01a20849-e321-7382-b0dd-0e99da17ef44', kind: 'restart' } as const;
    const answer = gate('start', {
      status: 'running',
      runningOperation,
      stateError: null,
      capabilities: CAPABLE,
    });
    expect(answer).toMatchObject({
      allowed: false,
      message: expect.stringContaining('restart'),
      details: { operation: runningOperation },
    });
  });

  it('lets a destroy through in every state of a sound record', () => {
    for (const status of InstanceStatusSchema.options) {
      expect(
        gate('destroy', { status, runningOperation: null, stateError: null, capabilities: CAPABLE }),
      ).toEqual({ allowed: true });
    }
  });
});
