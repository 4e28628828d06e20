import { chmod, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesBelow } from '@kiloclaw/dev/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBrowser } from './browser.ts';
import { findChromium } from './find-chromium.ts';

const MINUTE_MS = 60_000;

async function emptyFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'kiloclaw find-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a browser that starts looks like to the search. */
async function standIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\necho Chromium 1\n');
  await chmod(path, 0o755);
  return path;
}

/** The command lines of our own descendants that mention a path. */
async function ownProcessesWith(path: string): Promise<string[]> {
  const pids = await processesBelow(process.pid);
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.includes(path));
}

describe('a browser', () => {
  it(
    'shows a page, and leaves neither process nor file behind',
    async () => {
      const parent = await emptyFolder();
      const { browser, close } = await openBrowser(parent);
      const page = await browser.newPage();
      await page.setContent('<h1>Instances</h1>');
      expect(await page.getByRole('heading').innerText()).toBe('Instances');
      expect((await page.screenshot()).subarray(1, 4).toString()).toBe('PNG');
      const { executablePath } = await findChromium({ env: process.env, ownCache: tmpdir() });
      expect((await ownProcessesWith(executablePath)).length).toBeGreaterThan(0);
      await close();
      expect(await ownProcessesWith(executablePath)).toEqual([]);
      expect(await readdir(parent)).toEqual([]);
    },
    3 * MINUTE_MS,
  );

  it('is given nothing of our environment', async () => {
    process.env.KILOCLAW_TEST_SECRET = 'hunter2hunter2';
    onTestFinished(() => void delete process.env.KILOCLAW_TEST_SECRET);
    const { browser, close } = await openBrowser();
    onTestFinished(close);
    expect(browser.isConnected()).toBe(true);
    const { executablePath } = await findChromium({ env: process.env, ownCache: tmpdir() });
    const pids = await processesBelow(process.pid);
    const environments = await Promise.all(
      pids.map(async (pid) => {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        return command.includes(executablePath) ? readFile(`/proc/${pid}/environ`, 'utf8') : '';
      }),
    );
    expect(environments.join('')).toContain('TMPDIR=');
    expect(environments.join('')).not.toContain('hunter2');
  });
});

describe('the Chromium that is taken', () => {
  it('is the one that CHROMIUM_PATH names', async () => {
    const folder = await emptyFolder();
    const given = await standIn(folder, 'my chromium');
    expect(await findChromium({ env: { CHROMIUM_PATH: given }, ownCache: folder })).toEqual({
      executablePath: given,
      env: {},
    });
  });

  it('is never another one where CHROMIUM_PATH names none', async () => {
    const folder = await emptyFolder();
    await expect(
      findChromium({ env: { CHROMIUM_PATH: `${folder}/none` }, ownCache: folder }),
    ).rejects.toThrow(/^CHROMIUM_PATH names .*none, which does not start .*: correct it, or unset it\.$/);
  });

  it('is the system’s where that of npm was built for other machines', async () => {
    const folder = await emptyFolder();
    const systemPath = await standIn(folder, 'chromium');
    const search = { env: {}, ownCache: folder, architecture: 'riscv64' };
    expect(await findChromium({ ...search, systemPath })).toEqual({ executablePath: systemPath, env: {} });
    await expect(findChromium({ ...search, systemPath: `${folder}/none` })).rejects.toThrow(
      /built for x64, and this is riscv64.*none does not start either.*CHROMIUM_PATH\.$/,
    );
  });

  it.skipIf(process.arch !== 'x64')('is otherwise that of npm, made once', async () => {
    const folder = await emptyFolder();
    const search = { env: {}, ownCache: folder, systemPath: `${folder}/none` };
    const both = await Promise.all([findChromium(search), findChromium(search)]);
    expect(both[0].executablePath).toBe(both[1].executablePath);
    expect(await findChromium(search)).toEqual(both[0]);
  });
});
