import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault, VaultError } from './vault.ts';

const key = (id: string, fill: number) => ({ id, secret: new Uint8Array(32).fill(fill) });

describe('the vault', () => {
  it('opens what it sealed, and shows nothing of it', async () => {
    const vault = createVault([key('k1', 1)]);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 8, unit: 'binary' }), async (secret) => {
        const sealed = await vault.seal(secret, 'instance/env');
        expect(sealed).not.toContain(secret);
        expect(await vault.open(sealed, 'instance/env')).toBe(secret);
      }),
      { numRuns: 50 },
    );
  });

  it('never seals the same text the same way twice', async () => {
    const vault = createVault([key('k1', 1)]);
    expect(await vault.seal('same', 'p')).not.toBe(await vault.seal('same', 'p'));
  });

  it('opens nothing in another place', async () => {
    const vault = createVault([key('k1', 1)]);
    await expect(vault.open(await vault.seal('secret', 'a/env'), 'b/env')).rejects.toThrow();
  });

  it('opens what an older key sealed, and names a key that it lacks', async () => {
    const sealed = await createVault([key('old', 1)]).seal('secret', 'p');
    expect(await createVault([key('new', 2), key('old', 1)]).open(sealed, 'p')).toBe('secret');
    await expect(createVault([key('new', 2)]).open(sealed, 'p')).rejects.toThrow(/lacks the key old/);
  });

  it('refuses a text that is not its own', async () => {
    await expect(createVault([key('k1', 1)]).open('plain', 'p')).rejects.toThrow(VaultError);
  });

  it('gives fingerprints that depend on the text and on the key', async () => {
    const [one, two] = [createVault([key('k', 1)]), createVault([key('k', 2)])];
    const of = async (vault: typeof one, text: string) => (await vault.fingerprints(text))[0].hash;
    expect(await of(one, 'a')).toBe(await of(one, 'a'));
    expect(await of(one, 'a')).not.toBe(await of(one, 'b'));
    expect(await of(one, 'a')).not.toBe(await of(two, 'a'));
  });

  it('gives the fingerprints of every key, its current one first', async () => {
    const [old] = await createVault([key('old', 1)]).fingerprints('a');
    const [current, older] = await createVault([key('new', 2), key('old', 1)]).fingerprints('a');
    expect([current.keyId, older]).toEqual(['new', old]);
  });

  it('tells by which keys the sealed texts within a text are sealed', async () => {
    const [one, two] = [createVault([key('k-1', 1)]), createVault([key('k_2', 2)])];
    const texts = [
      await one.seal('', 'p'),
      await two.seal('secret', 'p'),
      await one.seal('x'.repeat(500), 'p'),
    ];
    expect(one.keysIn(JSON.stringify({ texts, image: 'registry.example.com/v1.app:1' }))).toEqual([
      'k-1',
      'k_2',
      'k-1',
    ]);
  });
});
