/** The CLI as one file: no package beside it, and no newer Node than people have. */
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** The oldest that styleText and the libraries run on. */
const TARGET = 'node20.12';
const EXECUTABLE = 0o755;

/** Writes the bundle to `outFile`; it can be run as it is. */
export async function bundleCli(outFile: string): Promise<void> {
  await build({
    entryPoints: [ENTRY],
    outfile: outFile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    legalComments: 'inline',
    logLevel: 'warning',
    banner: {
      // What was written for CommonJS asks for Node's own modules by require.
      js: `#!/usr/bin/env node\nimport { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);`,
    },
  });
  await chmod(outFile, EXECUTABLE);
}
