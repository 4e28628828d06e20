/** The deletion of a person, carried on until nothing is left: asked for, awaited, asked for again. */

export interface DeletionPorts {
  /** Does what is left. `pendingCount`: instances whose destroy goes on by itself. */
  readonly ask: () => Promise<{ readonly isFinished: boolean; readonly pendingCount: number }>;
  /** How many of their instances are not destroyed yet. */
  readonly countAwaited: () => Promise<number>;
  readonly pause: () => Promise<void>;
}

/** `interrupted`: it had begun. What is done stays done, and the next run does the rest. */
export type DeletionOutcome =
  | { readonly kind: 'finished' }
  | { readonly kind: 'awaiting' }
  | { readonly kind: 'interrupted'; readonly error: unknown };

export const ROUNDS_MAX = 20;
/** With the pauses between them about a minute. */
export const LOOKS_A_ROUND_MAX = 40;

/** Throws what the first asking throws: then nothing may have begun. */
export async function runDeletion(ports: DeletionPorts): Promise<DeletionOutcome> {
  let answer = await ports.ask();
  try {
    for (let round = 1; round < ROUNDS_MAX; round += 1) {
      if (answer.isFinished) return { kind: 'finished' };
      // Without any that is pending there were more than one call takes: the next call takes the others.
      if (answer.pendingCount > 0) await untilNoneIsAwaited(ports);
      answer = await ports.ask();
    }
    return { kind: answer.isFinished ? 'finished' : 'awaiting' };
  } catch (error) {
    return { kind: 'interrupted', error };
  }
}

/** Or until it has been looked at often enough to ask again all the same. */
async function untilNoneIsAwaited({ countAwaited, pause }: DeletionPorts): Promise<void> {
  for (let look = 0; look < LOOKS_A_ROUND_MAX; look += 1) {
    await pause();
    if ((await countAwaited()) === 0) return;
  }
}
