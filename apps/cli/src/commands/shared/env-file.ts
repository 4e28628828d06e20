/** Variables from a file: `NAME=value` lines, as Node reads them. */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { parseEnv } from 'node:util';
import { BODY_MAX_BYTES } from '@kiloclaw/platform-contract';
import { usageError } from '../../cli-error.ts';
import type { Surroundings } from '../../surroundings.ts';

const STANDARD_INPUT = '-';

/** Throws a `CliError` that names the file, and nothing of what stands in it. */
export async function readEnvFile({ stdin }: Surroundings, path: string): Promise<Record<string, string>> {
  const text =
    path === STANDARD_INPUT ? await readAll(stdin) : await readFile(path, 'utf8').catch(refuseToRead(path));
  const variables = Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? ''] as const);
  if (variables.length === 0) throw usageError(`--secrets-file: ${path} holds no NAME=value line.`);
  return Object.fromEntries(variables);
}

function refuseToRead(path: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw usageError(`--secrets-file: ${path} can’t be read (${reason}).`);
  };
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    sizeBytes += bytes.length;
    if (sizeBytes > BODY_MAX_BYTES)
      throw usageError('--secrets-file: standard input is longer than any request.');
  }
  return Buffer.concat(chunks).toString('utf8');
}
