/** The control plane's log: JSON lines in a file, since on the terminal they would bury what a person is told. */
import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';

const KEPT_MAX_BYTES = 20_000_000;
const PRIVATE_FILE_MODE = 0o600;

export interface LogFile {
  readonly write: (line: string) => void;
  close(): Promise<void>;
}

/** Opens the file to append. One that has grown large becomes `<path>.1`, in place of the last such one. */
export async function openLogFile(path: string): Promise<LogFile> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > KEPT_MAX_BYTES) await rename(path, `${path}.1`);
  const stream = createWriteStream(path, { flags: 'a', mode: PRIVATE_FILE_MODE });
  // A full disk must not end the stack: its log is what it can best do without.
  stream.on('error', () => undefined);
  return {
    write: (line) => void stream.write(`${line}\n`),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
