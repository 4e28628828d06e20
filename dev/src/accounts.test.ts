import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accounts, openRegistry, users } from '@kiloclaw/db';
import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { verifyPassword } from '@kiloclaw/web/password';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountsSchema, ensureAccounts } from './accounts.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';

const DEMO = { env: {}, withDemo: true };
const FULL = new Error('no space left');

let cluster: TestCluster;
let home: string;
let folder: DataFolder;
let url: string;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-accounts-'));
  folder = await openDataFolder(home);
  url = (await cluster.createDatabase()).url;
});
afterEach(async () => {
  await folder.unlock();
  await rm(home, { recursive: true, force: true });
});
afterAll(() => cluster?.stop());

/** Passwords as they are stored, by who signs in with them. */
async function stored(): Promise<Map<string, string | null>> {
  const { db, close } = openRegistry(url);
  try {
    const found = await db.select({ userId: accounts.userId, password: accounts.password }).from(accounts);
    return new Map(found.map(({ userId, password }) => [userId, password]));
  } finally {
    await close();
  }
}

async function peopleCount(): Promise<number> {
  const { db, close } = openRegistry(url);
  try {
    return await db.$count(users);
  } finally {
    await close();
  }
}

/** As if the process had ended after so many files were written. */
const cutOffAfter = (writes: number): DataFolder => {
  let left = writes;
  return {
    ...folder,
    write: async (entry, text) => {
      if (left === 0) throw FULL;
      left -= 1;
      await folder.write(entry, text);
    },
  };
};

describe('the accounts of the first start', () => {
  it('are kept, and told again at the next one', async () => {
    const first = await ensureAccounts(folder, url, DEMO);
    expect(await ensureAccounts(folder, url, DEMO)).toEqual(first);
    expect(AccountsSchema.parse(JSON.parse((await folder.read('accounts')) ?? ''))).toEqual(first);
  });

  it('are not made where their passwords can’t be kept', async () => {
    await expect(ensureAccounts(cutOffAfter(0), url, DEMO)).rejects.toBe(FULL);
    expect(await peopleCount()).toBe(0);
  });

  it.each([0, 1, 2])(
    'have the passwords that are told, where the start was cut off after %i writes',
    async (writes) => {
      await ensureAccounts(cutOffAfter(writes), url, DEMO).catch(() => undefined);
      const { admin, customer } = await ensureAccounts(folder, url, DEMO);
      const hashes = await stored();
      for (const account of [admin, customer]) {
        const { userId = '', password = '' } = account ?? {};
        expect(await verifyPassword({ hash: hashes.get(userId) ?? '', password })).toBe(true);
      }
    },
  );
});
