#!/usr/bin/env node
// Plain JavaScript for the system's Node: the bundle where it has been built, else the sources on the Node that the
// checkout has installed, the only one that is sure to run TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const bundle = new URL('../dist/kiloclaw.mjs', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);
const pinnedNode = new URL('../../../node_modules/.bin/node', import.meta.url);
const KILLED = 137;

function runSource() {
  if (!existsSync(source) || !existsSync(pinnedNode)) {
    process.stderr.write(
      'kiloclaw is not built: run `npm ci` and `npm run build -w apps/cli` in its checkout.\n',
    );
    process.exit(1);
  }
  const child = spawn(fileURLToPath(pinnedNode), [fileURLToPath(source), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // The terminal sends Ctrl-C to both; the child decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? KILLED));
}

if (existsSync(bundle)) await import(bundle.href);
else runSource();
