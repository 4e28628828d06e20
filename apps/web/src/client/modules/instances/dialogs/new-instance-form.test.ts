import { type ProvidersView, ProvisionBodySchema } from '@kiloclaw/platform-contract';
import { A_HOST } from '@kiloclaw/platform-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askedFor,
  capabilitiesAt,
  fieldProblem,
  type NewInstanceForm,
  newInstanceProblem,
  providerOptions,
} from './new-instance-form.ts';

const FORM: NewInstanceForm = {
  userId: 'alice',
  userEmail: 'alice@example.com',
  name: 'Gateway',
  provider: '',
  instanceType: 'perf-1-3',
  region: 'fra',
  start: true,
};

describe('the form for a new instance', () => {
  it.each([
    [{}, undefined],
    [{ userEmail: '', name: '', region: '' }, undefined],
    [{ userId: '' }, 'Give the id of the owner.'],
    [{ userId: 'alice@example.com' }, 'An id has'],
    [{ userEmail: 'alice' }, 'alice@example.com'],
    [{ name: 'a'.repeat(101) }, 'to 100 characters: it has 101'],
    [{ region: 'Frankfurt am Main' }, 'such as fra'],
  ])('%j lacks: %s', (part, problem) => {
    const found = newInstanceProblem({ ...FORM, ...part });
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it.each(['userId', 'region', 'name'] as const)('takes no %s that the contract refuses', (field) => {
    const schema = ProvisionBodySchema.shape[field];
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-zA-Z0-9_ -]{0,70}$/),
      fc.string({ minLength: 95 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (text.trim() === '' || fieldProblem(field, text) !== undefined) return;
        expect(schema.safeParse(text.trim()).success).toBe(true);
      }),
    );
  });

  it('offers the providers that are configured, the control plane’s own choice first, by its name', () => {
    const view = {
      providers: [{ id: 'docker-local', capabilities: A_HOST, sandbox: false }],
      default: 'docker-local',
    } as const;
    expect(providerOptions({ ...view, providers: [...view.providers] })).toEqual([
      { value: '', label: 'Default (docker-local)' },
      { value: 'docker-local', label: 'docker-local' },
    ]);
    expect(providerOptions(undefined)).toEqual([{ value: '', label: 'Default' }]);
    expect(providerOptions({ providers: [], default: null })).toEqual([{ value: '', label: 'Default' }]);
  });

  it('says where a simulator stands in for a provider', () => {
    const view: ProvidersView = {
      providers: [{ id: 'fly', capabilities: A_HOST, sandbox: true }],
      default: 'fly',
    };
    expect(providerOptions(view).map(({ label }) => label)).toEqual([
      'Default (fly, sandbox)',
      'fly, sandbox',
    ]);
  });

  it('words its tiers by what the chosen provider can do', () => {
    const view: ProvidersView = {
      providers: [{ id: 'fly', capabilities: A_HOST, sandbox: false }],
      default: 'fly',
    };
    expect([capabilitiesAt('', view), capabilitiesAt('fly', view)]).toEqual([A_HOST, A_HOST]);
    expect([capabilitiesAt('northflank', view), capabilitiesAt('', undefined)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('what is asked for', () => {
  it('leaves out what was left empty', () => {
    expect(askedFor({ ...FORM, userEmail: ' ', name: '', region: '' })).toEqual({
      userId: 'alice',
      start: true,
    });
  });

  it('has no spaces around what was typed', () => {
    const asked = askedFor({ ...FORM, userId: ' alice ', name: ' Gateway ', provider: 'fly' });
    expect(asked).toMatchObject({ userId: 'alice', name: 'Gateway', provider: 'fly' });
  });
});
