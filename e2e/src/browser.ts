/** A real Chromium for tests and screenshots: offline, silent, and gone without a trace when closed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findChromium } from './find-chromium.ts';

const LAUNCH_TIMEOUT_MS = 60_000;

const FLAGS = [
  '--headless=shell',
  // It runs as root too, and sees no page but ours.
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // It would look for updates, and knock at a closed network many times a second.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The same picture on every machine.
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
];

export interface OpenBrowser {
  readonly browser: Browser;
  /** Ends it, and removes what it wrote. */
  close(): Promise<void>;
}

/** Starts a Chromium with a home of its own in `parent`. Throws a sentence for people where there is none. */
export async function openBrowser(parent = tmpdir()): Promise<OpenBrowser> {
  const home = await mkdtemp(join(parent, 'kiloclaw browser-'));
  const removeHome = () => rm(home, { recursive: true, force: true });
  try {
    const binary = await findChromium({ env: process.env, ownCache: join(home, 'cache') });
    const browser = await chromium.launch({
      executablePath: binary.executablePath,
      args: FLAGS,
      artifactsDir: join(home, 'artifacts'),
      timeout: LAUNCH_TIMEOUT_MS,
      // Nothing of the caller's environment: it may hold secrets, or a proxy.
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...binary.env },
    });
    const close = async () => {
      await browser.close();
      await removeHome();
    };
    return { browser, close };
  } catch (error) {
    await removeHome();
    throw error;
  }
}
