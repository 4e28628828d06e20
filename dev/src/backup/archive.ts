/** A backup is one compressed tar file, which any machine can open without this program. */
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, StartError } from '../start-error.ts';

const FILE_MODE = 0o600;

/** Runs tar with one end of it on a file. */
async function runTar(
  args: readonly string[],
  connect: (tar: { readonly stdin: Writable; readonly stdout: Readable }) => Promise<void>,
): Promise<void> {
  const tar = spawn('tar', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', resolve);
  });
  const [connected, exit] = await Promise.allSettled([connect(tar), ended]);
  if (exit.status === 'rejected') throw new StartError('The program tar is needed, and is not installed.');
  if (connected.status === 'rejected' && codeOf(connected.reason) !== 'EPIPE') throw connected.reason;
  if (exit.value !== 0) throw new Error(`tar ended with ${exit.value}`);
}

/** Packs a folder into a new file that its owner alone can read. Throws `StartError` where there is one already. */
export async function pack(folder: string, file: string): Promise<void> {
  const sink = createWriteStream(file, { flags: 'wx', mode: FILE_MODE, flush: true });
  try {
    await runTar(['--create', '--gzip', '--directory', folder, '.'], ({ stdout }) => pipeline(stdout, sink));
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new StartError(`The file ${file} is there already: name another one with --to.`);
    // Half of a backup must not lie where a whole one is looked for.
    await rm(file, { force: true });
    throw error;
  }
}

/** Throws `StartError` where the file is none, or was cut short. */
export async function unpack(file: string, folder: string): Promise<void> {
  try {
    // Whoever restores owns what was restored, and no link may lead out of the folder.
    const args = ['--extract', '--gzip', '--no-same-owner', '--directory', folder];
    await runTar(args, ({ stdin }) => pipeline(createReadStream(file), stdin));
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (codeOf(error) === 'ENOENT') throw new StartError(`There is no file ${file}.`);
    throw new StartError(`The file ${file} is no whole backup of KiloClaw: take another one.`);
  }
}
