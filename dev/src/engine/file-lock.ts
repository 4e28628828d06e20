/** A lock between processes that no crash can leave behind: the kernel's, held by util-linux's `flock`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs `work` while no other process holds the lock on `lockFile`; waits for it for at most `timeoutMs`. */
export async function withFileLock<T>(
  lockFile: string,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const waitSeconds = String(Math.ceil(timeoutMs / 1_000));
  // `cat` ends, and the lock with it, when our end of its standard input closes: also when we are killed.
  const holder = spawn('flock', ['--wait', waitSeconds, lockFile, 'sh', '-c', 'echo locked; cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    const taken = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ]);
    if (!taken) throw new Error(`another process held ${lockFile} for more than ${waitSeconds} s`);
    return await work();
  } finally {
    holder.stdin.end();
  }
}
