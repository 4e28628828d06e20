import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE_SUFFIX = '.json';
const TEMPORARY_SUFFIX = '.json.tmp';
// What a machine is started with may hold secrets.
const PRIVATE_FOLDER_MODE = 0o700;
const PRIVATE_FILE_MODE = 0o600;

/**
 * One JSON file per key. Keys are safe as file names: the caller has checked them.
 * A file is written beside and renamed: a killed process leaves the old content or the new one. There is no fsync,
 * since a simulator need not outlive its host's power.
 */
export class StateFolder {
  readonly #dir: string;

  /** Makes the folder; throws one sentence if it cannot be written. */
  constructor(dir: string) {
    this.#dir = dir;
    try {
      mkdirSync(dir, { recursive: true, mode: PRIVATE_FOLDER_MODE });
      const probe = join(dir, `probe${TEMPORARY_SUFFIX}`);
      writeFileSync(probe, '');
      for (const name of readdirSync(dir)) if (name.endsWith(TEMPORARY_SUFFIX)) rmSync(join(dir, name));
    } catch (error) {
      throw new Error(
        `the state folder ${dir} cannot be written (${reason(error)}): choose another with --state-dir`,
      );
    }
  }

  /** Every file's parsed content; throws one sentence for a file that is not JSON or for more than `maxFiles`. */
  loadAll(maxFiles: number): { path: string; content: unknown }[] {
    const names = readdirSync(this.#dir).filter((name) => name.endsWith(FILE_SUFFIX));
    if (names.length > maxFiles) {
      throw new Error(`the state folder ${this.#dir} holds more than ${maxFiles} files: choose another`);
    }
    return names.map((name) => {
      const path = join(this.#dir, name);
      try {
        return { path, content: JSON.parse(readFileSync(path, 'utf8')) as unknown };
      } catch (error) {
        throw new Error(`the state file ${path} cannot be read (${reason(error)}): remove it`);
      }
    });
  }

  /** Replaces the key's file as one step. */
  write(key: string, content: unknown): void {
    const temporary = join(this.#dir, `${key}${TEMPORARY_SUFFIX}`);
    writeFileSync(temporary, JSON.stringify(content), { mode: PRIVATE_FILE_MODE });
    renameSync(temporary, join(this.#dir, `${key}${FILE_SUFFIX}`));
  }

  /** Removes the key's file, if there is one. */
  remove(key: string): void {
    rmSync(join(this.#dir, `${key}${FILE_SUFFIX}`), { force: true });
  }
}

// The error code alone: a JSON parse error would quote the file's content.
function reason(error: unknown): string {
  if (error instanceof SyntaxError) return 'not JSON';
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
