/** The slow sweep on this machine: the local runtime has no clock for its cron, so that an interval here stands for it. */

/** From run to run, as the Worker's cron has it: each takes a slice of the round that `KILOCLAW_SWEEP_S` asks for. */
export const SWEEP_RUN_MS = 10 * 60_000;

/**
 * Sweeps at every interval, one at a time; one that fails is told, and leaves the next one its turn. Returns what ends
 * it: a sweep under way is cut with the runtime that it is in.
 */
export function startSweeps(
  intervalMs: number,
  sweep: () => Promise<unknown>,
  log: (line: string) => void,
): () => void {
  let isUnderWay = false;
  let hasEnded = false;
  const sweepOnce = async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await sweep();
    } catch (error) {
      if (!hasEnded) log(JSON.stringify({ at: new Date().toISOString(), sweep: `failed: ${String(error)}` }));
    } finally {
      isUnderWay = false;
    }
  };
  const timer = setInterval(() => void sweepOnce(), intervalMs);
  return () => {
    hasEnded = true;
    clearInterval(timer);
  };
}
