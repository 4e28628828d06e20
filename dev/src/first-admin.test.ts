import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry, users } from '@kiloclaw/db';
import { ensureFirstAdmin } from '@kiloclaw/db/password-accounts';
import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { ensureFirstAdminLink } from './first-admin.ts';

const ENV = { KILOCLAW_ADMIN_EMAIL: 'alice@example.com', KILOCLAW_WEB_ORIGIN: 'https://console.example.com' };

let cluster: TestCluster;
let home: string;
let folder: DataFolder;
let url: string;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-first-admin-'));
  folder = await openDataFolder(home);
  url = (await cluster.createDatabase()).url;
});
afterEach(async () => {
  await folder.unlock();
  await rm(home, { recursive: true, force: true });
});
afterAll(() => cluster?.stop());

describe('the first admin of a production', () => {
  it('gets a new link at every start, in place of the last one, for one and the same person', async () => {
    expect(await ensureFirstAdminLink(folder, url, ENV)).toBe('linked');
    const first = await folder.read('adminLink');
    expect(first).toMatch(/^https:\/\/console\.example\.com\/invitation#[\w-]{43}\n$/);
    expect(await ensureFirstAdminLink(folder, url, ENV)).toBe('linked');
    expect(await folder.read('adminLink')).not.toBe(first);
    const { db, close } = openRegistry(url);
    expect(await db.$count(users)).toBe(1);
    await close();
  });

  it('gets none any more, and the last one goes, once an admin can sign in', async () => {
    await ensureFirstAdminLink(folder, url, ENV);
    const account = { email: 'bob@example.com', name: 'Bob', passwordHash: 'a hash' };
    const { db, close } = openRegistry(url);
    await db.delete(users);
    await close();
    await ensureFirstAdmin(url, account, async () => undefined);
    expect(await ensureFirstAdminLink(folder, url, ENV)).toBe('there');
    expect(await folder.read('adminLink')).toBeNull();
  });

  it('is nobody where no address is set', async () => {
    expect(await ensureFirstAdminLink(folder, url, { ...ENV, KILOCLAW_ADMIN_EMAIL: '' })).toBe('none');
    expect(await folder.read('adminLink')).toBeNull();
  });

  it('is refused by name where the address can be none', async () => {
    await expect(
      ensureFirstAdminLink(folder, url, { ...ENV, KILOCLAW_ADMIN_EMAIL: 'alice' }),
    ).rejects.toThrow(
      'KILOCLAW_ADMIN_EMAIL: The e-mail address of an admin must be one such as alice@example.com.',
    );
  });
});
