import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, openDataFolder, resetDataFolder } from './data-folder.ts';
import { ensureSecrets } from './secrets.ts';

let home: string;
const open: DataFolder[] = [];

async function take(name = 'data'): Promise<DataFolder> {
  const folder = await openDataFolder(join(home, name));
  open.push(folder);
  return folder;
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw data-'));
});

afterEach(async () => {
  for (const folder of open.splice(0)) await folder.unlock();
  await rm(home, { recursive: true, force: true });
});

describe('the data folder', () => {
  it('belongs to one process at a time, by whatever name it is called', async () => {
    const folder = await take();
    await symlink(folder.root, join(home, 'other-name'));
    await expect(take('other-name')).rejects.toThrow(
      `KiloClaw already runs on the data folder ${folder.root} (process ${process.pid}, since `,
    );
    await folder.unlock();
    await expect(take('other-name')).resolves.toMatchObject({ root: folder.root });
  });

  it('keeps what is written into a private folder from everybody else, also where the folder was open', async () => {
    const folder = await take();
    await mkdir(folder.path('objects'), { mode: 0o755 });
    expect(await folder.makePrivate('objects')).toBe(folder.path('objects'));
    expect((await stat(folder.path('objects'))).mode & 0o777).toBe(0o700);
  });

  it('is taken over from a process that was killed: what it wrote about itself binds nobody', async () => {
    const folder = await take();
    await folder.unlock();
    await writeFile(
      join(folder.root, 'running.json'),
      JSON.stringify({ pid: process.pid, startedAt: 'then' }),
    );
    await expect(take()).resolves.toBeDefined();
  });

  it('is refused where it holds other things, or is no folder', async () => {
    await mkdir(join(home, 'pictures'));
    await writeFile(join(home, 'pictures', 'cat.png'), '');
    await expect(take('pictures')).rejects.toThrow('holds other things');
    expect(await readdir(join(home, 'pictures'))).toEqual(['cat.png']);
    await writeFile(join(home, 'file'), '');
    await expect(take('file')).rejects.toThrow("can't be used (EEXIST)");
    await expect(take('file/below')).rejects.toThrow("can't be used (ENOTDIR)");
  });

  it('is refused where another layout made it', async () => {
    const folder = await take();
    await folder.unlock();
    await writeFile(join(folder.root, 'kiloclaw-data.json'), JSON.stringify({ layout: 999 }));
    await expect(take()).rejects.toThrow('another version of KiloClaw');
    await writeFile(join(folder.root, 'kiloclaw-data.json'), '{');
    await expect(take()).rejects.toThrow("can't be used (not JSON)");
  });

  it('is emptied of what is ours, and of nothing else', async () => {
    const folder = await take();
    await ensureSecrets(folder);
    await mkdir(folder.path('objects'));
    await writeFile(join(folder.path('objects'), 'x.sqlite'), '');
    await writeFile(join(folder.root, 'notes.txt'), 'mine');
    await resetDataFolder(folder);
    expect((await readdir(folder.root)).sort()).toEqual(['kiloclaw-data.json', 'notes.txt', 'running.json']);
  });
});

describe('secrets', () => {
  it('are made once, for their owner alone', async () => {
    const folder = await take();
    const secrets = await ensureSecrets(folder);
    expect(await ensureSecrets(folder)).toEqual(secrets);
    expect(new Set(Object.values(secrets)).size).toBe(Object.values(secrets).length);
    expect((await stat(folder.path('secrets'))).mode & 0o777).toBe(0o600);
  });

  it('are never made anew over a file that can not be read: what they sealed would be lost', async () => {
    const folder = await take();
    await folder.write('secrets', '{"internalApiKey": "cut sho');
    await expect(ensureSecrets(folder)).rejects.toThrow('is damaged: restore it');
    expect(await readFile(folder.path('secrets'), 'utf8')).toContain('cut sho');
  });
});
