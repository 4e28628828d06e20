import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_STATUS } from './errors.ts';
import { allGates, GATED_ACTIONS, type GateFacts, gate } from './gates.ts';
import { InstanceStatusSchema, OperationKindSchema } from './states.ts';

const facts: fc.Arbitrary<GateFacts> = fc.record({
  status: fc.constantFrom(...InstanceStatusSchema.options),
  runningOperation: fc.option(
    fc.record({ id: fc.uuid(), kind: fc.constantFrom(...OperationKindSchema.options) }),
    { nil: null },
  ),
  stateError: fc.option(fc.string(), { nil: null }),
});

/** The order of refusal, told once more in another way: the first row whose condition holds gives the reason. */
function expectedReason(action: string, of: GateFacts): string | null {
  if (of.stateError !== null) return 'state_invalid';
  if (action === 'destroy') return null;
  if (['destroying', 'destroyed'].includes(of.status)) return 'instance_destroying';
  if (of.runningOperation !== null) return 'operation_in_progress';
  return of.status === 'provisioning' ? 'instance_not_provisioned' : null;
}

describe('a gate', () => {
  it('refuses for the first reason of the one order, and for no other', () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...GATED_ACTIONS), (of, action) => {
        const answer = gate(action, of);
        expect(answer.allowed ? null : answer.reason).toBe(expectedReason(action, of));
      }),
    );
  });

  it('gives a sentence with every refusal, and a reason that is an error code', () => {
    fc.assert(
      fc.property(facts, (of) => {
        for (const answer of Object.values(allGates(of))) {
          if (answer.allowed) continue;
          expect(answer.message.length).toBeGreaterThan(20);
          expect(ERROR_STATUS[answer.reason]).toBe(409);
        }
      }),
    );
  });

  it('names the running operation’s kind', () => {
    const runningOperation = { id: '01a20849-e321-7382-b0dd-0e99da17ef44', kind: 'restart' } as const;
    const answer = gate('start', { status: 'running', runningOperation, stateError: null });
    expect(answer).toMatchObject({ allowed: false, message: expect.stringContaining('restart') });
  });

  it('lets a destroy through in every state of a sound record', () => {
    for (const status of InstanceStatusSchema.options) {
      expect(gate('destroy', { status, runningOperation: null, stateError: null })).toEqual({
        allowed: true,
      });
    }
  });
});
