import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../lib/search-params.ts';
import {
  type AuditFilter,
  instantOfLocal,
  localTimeOf,
  readAuditFilter,
  searchOfFilter,
  withFields,
} from './audit-view.ts';
import { AUDIT_ACTIONS } from './audit-words.ts';

const Instant = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString());
const Id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const Filter: fc.Arbitrary<AuditFilter> = fc.record(
  {
    actorId: Id,
    actorKind: fc.constantFrom('admin', 'customer', 'api', 'system'),
    action: fc.constantFrom(...AUDIT_ACTIONS),
    outcome: fc.constantFrom('requested', 'succeeded', 'failed', 'denied'),
    instanceId: fc.uuid(),
    targetUserId: Id,
    requestId: fc.uuid(),
    operationId: fc.uuid(),
    from: Instant,
    to: Instant,
  },
  { requiredKeys: [] },
);

describe('the filter of the audit page', () => {
  it('is read from the address that it writes', () => {
    fc.assert(
      fc.property(Filter, (filter) => {
        expect(readAuditFilter(parseSearch(stringifySearch(searchOfFilter(filter))))).toEqual(filter);
      }),
    );
  });

  it('does not go by what can’t be meant', () => {
    const search = {
      actor: ' ',
      kind: 'constructor',
      action: 'DROP TABLE',
      outcome: 'maybe',
      instance: '1234',
      person: '../bob',
      from: 'yesterday',
      to: '+012345-01-01T00:00:00Z',
    };
    expect(readAuditFilter(search)).toEqual({});
  });

  it('lets go of the fields that are emptied', () => {
    expect(withFields({ action: 'resize', actorId: 'a' }, { actorId: undefined, outcome: 'failed' })).toEqual(
      {
        action: 'resize',
        outcome: 'failed',
      },
    );
  });

  it('shows a time in the reader’s zone, to the minute, and takes it back as it was', () => {
    fc.assert(
      fc.property(Instant, (instant) => {
        const toTheMinute = new Date(Math.floor(Date.parse(instant) / 60_000) * 60_000).toISOString();
        expect(instantOfLocal(localTimeOf(instant))).toBe(toTheMinute);
      }),
    );
    expect(localTimeOf(undefined)).toBe('');
    expect(instantOfLocal('')).toBeUndefined();
  });
});
