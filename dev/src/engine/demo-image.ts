/** The demo image: a web server that shows its machine's limits and volume. Made on the spot, since nothing may be pullable. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type EngineAddress, sendToEngine } from '@kiloclaw/control-plane/docker-fetcher';
import { z } from 'zod';
import { staticBusybox } from './busybox.ts';
import { EngineUnavailable } from './engine-unavailable.ts';

export const DEMO_IMAGE = 'kiloclaw-demo:latest';
const DEMO_PORT = 8080;
const VERSION_LABEL = 'kiloclaw_demo_version';
const ENGINE_TIMEOUT_MS = 60_000;

const START_SCRIPT = fileURLToPath(new URL('./demo-image/start.sh', import.meta.url));
const PAGE_SCRIPT = fileURLToPath(new URL('./demo-image/index.cgi', import.meta.url));

const ImageSchema = z.object({
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** Changes with everything that the image holds. */
async function versionOf(busybox: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [busybox, START_SCRIPT, PAGE_SCRIPT]) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function builtVersion(engine: EngineAddress): Promise<string | undefined> {
  const path = `/images/${encodeURIComponent(DEMO_IMAGE)}/json`;
  const signal = AbortSignal.timeout(ENGINE_TIMEOUT_MS);
  const answer = await sendToEngine(engine, { method: 'GET', path, signal });
  const body = await text(answer);
  if (answer.statusCode !== 200) return undefined;
  return ImageSchema.parse(JSON.parse(body)).Config?.Labels?.[VERSION_LABEL];
}

async function layOutRoot(root: string, busybox: string): Promise<void> {
  for (const folder of ['bin', 'data', 'www/cgi-bin']) await mkdir(join(root, folder), { recursive: true });
  await copyFile(busybox, join(root, 'bin/busybox'));
  // Debian's static busybox runs its own commands without a link for each.
  await symlink('busybox', join(root, 'bin/sh'));
  await copyFile(START_SCRIPT, join(root, 'start.sh'));
  await copyFile(PAGE_SCRIPT, join(root, 'www/cgi-bin/index.cgi'));
  for (const file of ['bin/busybox', 'start.sh', 'www/cgi-bin/index.cgi'])
    await chmod(join(root, file), 0o755);
}

async function importRoot(engine: EngineAddress, root: string, version: string): Promise<void> {
  const [repo = '', tag = ''] = DEMO_IMAGE.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo, tag });
  for (const change of [
    'CMD ["/bin/sh","/start.sh"]',
    `EXPOSE ${DEMO_PORT}`,
    `LABEL ${VERSION_LABEL}=${version}`,
  ]) {
    query.append('changes', change);
  }
  const tar = spawn('tar', ['-C', root, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(tar, 'close');
  const answer = await sendToEngine(engine, {
    method: 'POST',
    path: `/images/create?${query}`,
    headers: { 'content-type': 'application/x-tar' },
    body: tar.stdout,
    signal: AbortSignal.timeout(ENGINE_TIMEOUT_MS),
  });
  const told = await text(answer);
  const [exitCode] = await ended;
  // Like a pull, an import can fail inside the stream after its 200.
  if (answer.statusCode !== 200 || exitCode !== 0 || told.includes('"error"')) {
    throw new EngineUnavailable(`The image ${DEMO_IMAGE} can't be made: ${told.trim().slice(-300)}`);
  }
}

/**
 * Makes `kiloclaw-demo:latest` at the engine, unless this very version is there.
 * Goes around the allow-list, which knows no import: for Node, never for the Worker.
 */
export async function buildDemoImage(
  engine: EngineAddress,
  { cacheDir }: { cacheDir: string },
): Promise<void> {
  const busybox = await staticBusybox(cacheDir);
  const version = await versionOf(busybox);
  if ((await builtVersion(engine)) === version) return;
  const root = await mkdtemp(join(tmpdir(), 'kiloclaw-demo-'));
  try {
    await layOutRoot(root, busybox);
    await importRoot(engine, root, version);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
