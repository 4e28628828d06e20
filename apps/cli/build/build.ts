/** `npm run build`: writes dist/kiloclaw.mjs. */
import { fileURLToPath } from 'node:url';
import { bundleCli } from './bundle.ts';

const OUT_FILE = fileURLToPath(new URL('../dist/kiloclaw.mjs', import.meta.url));

await bundleCli(OUT_FILE);
process.stdout.write(`${OUT_FILE}\n`);
