/** The demo fleet of a stack under test. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { DEMO_FLEET } from '../demo/fleet.ts';
import type { Target } from './fleet.ts';
import type { StackFolder, StackProcess } from './stack-process.ts';

const SEEDED_TIMEOUT_MS = 90_000;
const POLL_MS = 50;

/** Waits until the stack has told of each demo instance; throws as soon as it says that one could not be made. */
export async function untilDemoIsSeeded(stack: StackProcess): Promise<void> {
  const deadline = Date.now() + SEEDED_TIMEOUT_MS;
  while ((stack.output.match(/^Demo instance of /gm) ?? []).length < DEMO_FLEET.length) {
    if (Date.now() > deadline || stack.output.includes('could not be made')) {
      throw new Error(`The demo fleet was not made:\n${stack.output}`);
    }
    await delay(POLL_MS);
  }
}

/** The demo instances that the data folder remembers. */
export async function demoTargets(folder: StackFolder): Promise<Target[]> {
  const text = await readFile(join(folder.dataDir, 'demo.json'), 'utf8');
  const seed = z.record(z.string(), z.object({ instanceId: z.uuid() })).parse(JSON.parse(text));
  return Object.entries(seed).map(([userId, { instanceId }]) => ({ userId, instanceId }));
}
