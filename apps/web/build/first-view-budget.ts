/** Holds the JavaScript that the first view loads within its budget. */
import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;

/** The entry chunks and every chunk that they import statically, however far down. */
function firstViewChunks(bundle: Bundle): Rolldown.OutputChunk[] {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
  const names = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  // A set yields what is added while it is walked, so this reaches every static import once.
  for (const name of names) {
    const chunk = bundle[name];
    if (chunk?.type === 'chunk') for (const imported of chunk.imports) names.add(imported);
  }
  return chunks.filter(({ fileName }) => names.has(fileName));
}

/** Prints what the first view loads, in bytes after gzip, and fails the build where that is more than the budget. */
export function firstViewBudget(maxBytes: number): Plugin {
  return {
    name: 'first-view-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = firstViewChunks(bundle);
      const totalBytes = chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
      const figure = `${(totalBytes / 1_000).toFixed(1)} kB of JavaScript after gzip, of ${maxBytes / 1_000} kB`;
      const names = chunks.map(({ fileName }) => fileName).join(', ');
      if (totalBytes > maxBytes)
        this.error(`The first view loads ${figure} (${names}): load the newest part lazily.`);
      this.info(`The first view loads ${figure}.`);
    },
  };
}
