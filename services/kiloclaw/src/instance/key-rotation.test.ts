/** The encryption at rest is given another key, and the old one is taken away: nobody notices. */
import { describe, expect, it } from 'vitest';
import { createVault } from '../vault.ts';
import type { Vault } from './deps.ts';
import { sealingOf } from './sealing.ts';
import { accepted, refusal, TestInstance } from './testing/test-instance.ts';

const OLD = { id: 'old', secret: new Uint8Array(32).fill(1) };
const NEW = { id: 'new', secret: new Uint8Array(32).fill(2) };
const CONFIGURATION = { env: { COLOUR: 'red' }, secrets: { PASSPHRASE: 'hidden' } };

async function sealedWithOld(): Promise<TestInstance> {
  const test = new TestInstance();
  test.vault = createVault([OLD]);
  return test.provisioned(CONFIGURATION);
}

/** A vault whose sealing stands still, from when it is asked first until it is let go. */
function heldSeal(vault: Vault) {
  const reached = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const seal: Vault['seal'] = async (...asked) => {
    reached.resolve();
    await free.promise;
    return vault.seal(...asked);
  };
  return { vault: { ...vault, seal }, isReached: reached.promise, letGo: free.resolve };
}

describe('with another key for the encryption at rest', () => {
  it('the same configuration is the same one: no machine is rebuilt for it', async () => {
    const test = await sealedWithOld();
    const machine = test.machine;
    const before = test.state().configuration?.fingerprint;
    test.vault = createVault([NEW, OLD]);
    await test.done(test.provision({ ...CONFIGURATION, start: true }));
    expect(test.state().configuration?.fingerprint).toBe(before);
    expect(test.machine).toEqual(machine);
    await test.done(test.provision({ ...CONFIGURATION, env: { COLOUR: 'blue' }, start: true }));
    expect(test.state().configuration?.fingerprint).not.toBe(before);
  });

  it('a repeat finds the operation of its key, and another request under it is refused', async () => {
    const test = await sealedWithOld();
    const asked = { idempotencyKey: 'again' };
    const { id } = accepted(await test.change('stop', asked));
    await test.settle();
    test.vault = createVault([NEW, OLD]);
    expect(accepted(await test.change('stop', asked)).id).toBe(id);
    expect(refusal(await test.change('start', asked)).code).toBe('idempotency_key_reused');
  });

  it('a repeat has no second effect where the key of its first has been taken away', async () => {
    const test = await sealedWithOld();
    const asked = { idempotencyKey: 'again' };
    const { id } = accepted(await test.change('stop', asked));
    await test.settle();
    test.vault = createVault([NEW]);
    expect(accepted(await test.change('stop', asked)).id).toBe(id);
  });
});

describe('sealing anew', () => {
  const sealing = (test: TestInstance, reseal: boolean) =>
    sealingOf(test.instance, { caller: test.caller(), reseal });

  it('leaves nothing that the old key has to open, and the instance as it was', async () => {
    const test = await sealedWithOld();
    const { configuration, ...state } = test.state();
    const machine = test.machine;
    test.vault = createVault([NEW, OLD]);
    expect(accepted(await sealing(test, false))).toEqual({ keys: { old: 2 }, resealed: 0 });
    expect(accepted(await sealing(test, true))).toEqual({ keys: { new: 2 }, resealed: 2 });
    expect(accepted(await sealing(test, true))).toEqual({ keys: { new: 2 }, resealed: 0 });
    const { configuration: after, ...stateAfter } = test.state();
    expect(stateAfter).toEqual(state);
    expect(after).toEqual({
      ...configuration,
      sealedEnv: after?.sealedEnv,
      sealedSecrets: after?.sealedSecrets,
    });

    test.vault = createVault([NEW]);
    await test.done(test.provision({ ...CONFIGURATION, start: true }));
    expect(test.machine).toEqual(machine);
    await test.done(test.change('restart'));
    expect(test.machine.spec).toMatchObject({ env: { COLOUR: 'red', PASSPHRASE: 'hidden' } });
  });

  it('does not undo what was configured meanwhile', async () => {
    const test = await sealedWithOld();
    const vault = createVault([NEW, OLD]);
    const held = heldSeal(vault);
    test.vault = held.vault;
    const resealed = sealing(test, true);
    await held.isReached;
    test.vault = vault;
    await test.done(test.provision({ secrets: { PASSPHRASE: 'another' } }));
    held.letGo();
    expect(accepted(await resealed).keys).toEqual({ new: 2 });
    test.vault = createVault([NEW]);
    await test.done(test.change('restart'));
    expect(test.machine.spec).toMatchObject({ env: { COLOUR: 'red', PASSPHRASE: 'another' } });
  });

  it('is not undone by a configuration that was on its way', async () => {
    const test = await sealedWithOld();
    const vault = createVault([NEW, OLD]);
    const held = heldSeal(vault);
    test.vault = held.vault;
    const provisioned = test.provision({ secrets: { PASSPHRASE: 'another' } });
    await held.isReached;
    test.vault = vault;
    expect(accepted(await sealing(test, true)).keys).toEqual({ new: 2 });
    held.letGo();
    await test.done(provisioned);
    test.vault = createVault([NEW]);
    await test.done(test.change('restart'));
    expect(test.machine.spec).toMatchObject({ env: { COLOUR: 'red', PASSPHRASE: 'another' } });
  });

  it('says what is needed where a key is missing, and of a damaged record, and changes neither', async () => {
    const test = await sealedWithOld();
    test.vault = createVault([NEW]);
    expect(refusal(await sealing(test, true)).message).toContain('KILOCLAW_ENCRYPTION_KEYS');
    expect(accepted(await sealing(test, false)).keys).toEqual({ old: 2 });
    test.vault = createVault([NEW, OLD]);
    test.instance.deps.storage.exec("UPDATE record SET state = json_set(state, '$.provider', 'nobody')");
    expect(accepted(await sealing(test, true))).toEqual({ keys: { old: 2 }, resealed: 0 });
  });

  it('is refused to whoever names another owner, and finds nothing in an empty object', async () => {
    const test = await sealedWithOld();
    const caller = { ...test.caller(), userId: 'user_mallory' };
    expect(refusal(await sealingOf(test.instance, { caller, reseal: true })).code).toBe('instance_not_found');
    expect(accepted(await sealing(new TestInstance(), true))).toEqual({ keys: {}, resealed: 0 });
  });

  it('needs nothing of a destroyed instance', async () => {
    const test = await sealedWithOld();
    await test.done(test.change('destroy'));
    expect(accepted(await sealing(test, false)).keys).toEqual({});
  });
});
