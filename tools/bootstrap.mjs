/**
 * `node tools/bootstrap.mjs <entry.ts> [arguments]`: installs what is missing, then runs the entry on the pinned
 * Node. Plain JavaScript without dependencies, because it runs on the system's Node before anything is installed.
 */
import process from 'node:process';

const OLDEST_SYSTEM_NODE = 20;

async function main() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_SYSTEM_NODE) {
    throw new Error(
      `KiloClaw needs Node ${OLDEST_SYSTEM_NODE} or newer to start; this is ${process.versions.node}. Install a newer Node.`,
    );
  }
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) throw new Error('Usage: node tools/bootstrap.mjs <entry.ts> [arguments]');
  // Imported only now: an older Node could not even parse these, and would not come to the sentence above.
  const { root } = await import('./bootstrap/paths.mjs');
  const { ensureInstalled } = await import('./bootstrap/install.mjs');
  const { runEntry } = await import('./bootstrap/run-entry.mjs');
  await ensureInstalled(root);
  return runEntry(root, entry, args);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
