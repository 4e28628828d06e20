import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Finding } from '../finding.ts';

/** Writes files into a temporary folder that goes with the test. A path with a space in it, on purpose. */
export function writeTree(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'house rules ')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** A package.json; `rest` holds dependencies, exports, scripts. */
export function manifest(name: string, rest: Record<string, unknown> = {}): string {
  return JSON.stringify({ name, ...rest });
}

/** The root's package.json with this repository's kinds of workspaces. */
export function rootManifest(rest: Record<string, unknown> = {}): string {
  return manifest('kiloclaw', {
    workspaces: ['packages/*', 'services/*', 'simulators/*', 'apps/*', 'dev', 'e2e', 'tools'],
    ...rest,
  });
}

/** Findings as `file: message`, to be matched as text. */
export function textsOf(findings: Finding[]): string[] {
  return findings.map(({ file, message }) => `${file}: ${message}`);
}
