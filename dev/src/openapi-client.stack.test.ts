import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from './flags.ts';
import { INTEGRATOR_PROGRAM, MISTAKEN_PROGRAM } from './testing/integrator-program.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const PROGRAM_TIMEOUT_MS = MINUTE_MS;
const TSC = join(REPOSITORY_ROOT, 'node_modules/typescript/bin/tsc');
const COMPILER_OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: 'ES2024',
  lib: ['ES2024', 'DOM'],
  module: 'NodeNext',
  types: ['node'],
};

let folder: StackFolder;
let stack: StackProcess;
let ready: ReadyStack;
let program: string;

beforeAll(async () => {
  folder = await makeStackFolder();
  stack = new StackProcess({ folder });
  ready = await stack.ready();
  program = await mkdtemp(join(tmpdir(), 'kiloclaw integrator-'));
  const document = await fetch(`${ready.endpoints.apiUrl}/openapi.json`);
  await writeFile(join(program, 'platform.d.ts'), astToString(await openapiTS(await document.text())));
  await writeFile(join(program, 'package.json'), '{ "type": "module" }');
  await symlink(join(REPOSITORY_ROOT, 'node_modules'), join(program, 'node_modules'));
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await folder.remove();
  await rm(program, { recursive: true, force: true });
}, MINUTE_MS);

/** Runs Node on a program of the integrator's folder; all that it said, and whether it ended well. */
function run(args: readonly string[]): Promise<{ ended: 'well' | 'badly'; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    KILOCLAW_URL: ready.endpoints.apiUrl,
    KILOCLAW_KEY: ready.apiKey,
  };
  return new Promise((resolve) => {
    const options = { cwd: program, env, timeout: PROGRAM_TIMEOUT_MS };
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ ended: error === null ? 'well' : 'badly', stdout, stderr }),
    );
  });
}

async function compile(name: string, source: string) {
  await writeFile(join(program, name), source);
  const config = { compilerOptions: COMPILER_OPTIONS, files: [name, 'platform.d.ts'] };
  await writeFile(join(program, 'tsconfig.json'), JSON.stringify(config));
  return run([TSC, '--project', program]);
}

it('a client that is generated from the document compiles, and leads an instance through its life', async () => {
  expect(await compile('life.ts', INTEGRATOR_PROGRAM)).toEqual({ ended: 'well', stdout: '', stderr: '' });
  const { ended, stdout, stderr } = await run(['life.ts']);
  expect([ended, stderr]).toEqual(['well', '']);
  expect(JSON.parse(stdout)).toEqual({
    made: [201, 'running', 'perf-1-3', 201],
    isTheSame: true,
    plan: [true, 'restart', 'perf-4-8'],
    resize: 'resize',
    refused: [422, 'volume_would_shrink'],
    foreign: 'instance_not_found',
    destroy: 'destroy',
    operations: ['destroy', 'resize', 'provision'],
  });
});

it('such a client does not compile with a tier that nobody has', async () => {
  const { ended, stdout } = await compile('mistake.ts', MISTAKEN_PROGRAM);
  expect(ended).toBe('badly');
  expect(stdout).toContain('"perf-9-9"');
});
