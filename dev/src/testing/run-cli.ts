/** The `kiloclaw` command in a process of its own, as a script runs it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReadyStack } from './stack-process.ts';

const MAIN = fileURLToPath(import.meta.resolve('@kiloclaw/cli/main'));
const TIMEOUT_MS = 5 * 60_000;
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Standard input is no terminal: it asks nothing. */
export function runCli({ endpoints, apiKey }: ReadyStack, args: readonly string[]): Promise<CliRun> {
  const env = { PATH: process.env.PATH, KILOCLAW_API_URL: endpoints.apiUrl, KILOCLAW_API_KEY: apiKey };
  const options = { env, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES };
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      const { exitCode } = child;
      if (exitCode === null) reject(error ?? new Error(`kiloclaw ${args.join(' ')} was ended:\n${stderr}`));
      else resolve({ exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}
