/**
 * What `npm run freeze-release` runs: a checkout of a release makes a fleet, is killed in the middle of its work, and
 * what it has stored becomes text. Its successors are tested against that for as long as they must take it over.
 */
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unpack } from '../../backup/archive.ts';
import { backUp, OBJECTS_FOLDER, REGISTRY_FILE } from '../../backup/back-up.ts';
import { readCommandFlags, requiredPath, runCommand } from '../../backup/command-flags.ts';
import { MANIFEST_FILE, readSoundManifest } from '../../backup/manifest.ts';
import { DATA, markDataFolder } from '../../data-folder.ts';
import { demoTargets, untilDemoIsSeeded } from '../demo-fleet.ts';
import { debugView, type Target } from '../fleet.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from '../stack-process.ts';
import { withFleetToFreeze } from './fleet-to-freeze.ts';
import { objectToText } from './object-text.ts';
import { ANSWERS_FILE, SIMULATORS } from './released-files.ts';

const USAGE = `Freezes what a release stores, as text that its successors are tested against.

npm run freeze-release -- --checkout DIR --out DIR
  --checkout DIR   a checkout of the release, installed
  --out DIR        a folder that is not there yet: dev/testdata/released/<version>
`;

/** No secrets of anybody's: everything that they sealed is in the same folder. */
const TEST_SECRETS = {
  internalApiKey: 'released-fleet-test-internal-api-key-00000',
  encryptionKeys: `released-test-key:${Buffer.alloc(32, 'released-test-key').toString('base64')}`,
  databasePassword: 'released-fleet-test-database-password-0000',
  flySimulatorToken: 'released-fleet-test-fly-simulator-token-000',
  northflankSimulatorToken: 'released-fleet-test-northflank-token-00000',
  webDatabasePassword: 'released-fleet-test-web-database-password',
  authSecret: 'released-fleet-test-auth-secret-0000000000',
};

/** As the release itself answered, right before it was killed. */
async function writeAnswers({ client }: ReadyStack, targets: readonly Target[], out: string): Promise<void> {
  const answers = await Promise.all(
    targets.map(async (target) => {
      // What a provider can do is no word about the instance, and long.
      const { capabilities: _capabilities, ...answer } = await debugView(client, target);
      return JSON.stringify(answer);
    }),
  );
  await writeFile(join(out, ANSWERS_FILE), `[\n${answers.join(',\n')}\n]\n`);
}

async function makeAndKill(checkout: string, folder: StackFolder, out: string): Promise<void> {
  await mkdir(folder.dataDir);
  await writeFile(join(folder.dataDir, DATA.secrets), JSON.stringify(TEST_SECRETS), { mode: 0o600 });
  await markDataFolder(folder.dataDir);
  const stack = new StackProcess({ folder, checkout, args: ['--port', '0'] });
  try {
    const ready = await stack.ready();
    await untilDemoIsSeeded(stack);
    await withFleetToFreeze({ folder, ready }, async (targets) => {
      await writeAnswers(ready, [...(await demoTargets(folder)), ...targets], out);
      await stack.killEverything();
    });
  } finally {
    await stack.killEverything();
  }
}

/** Text of a folder that a backup was unpacked into. */
async function writeText(unpacked: string, out: string): Promise<void> {
  const { files: _files, ...manifest } = await readSoundManifest(unpacked);
  await writeFile(join(out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of [REGISTRY_FILE, DATA.secrets, DATA.accounts, DATA.demo])
    await cp(join(unpacked, file), join(out, file));
  const objects = join(unpacked, OBJECTS_FOLDER);
  const files = await readdir(objects, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.sqlite')).sort()) {
    const target = join(out, OBJECTS_FOLDER, file.replace(/\.sqlite$/, '.sql'));
    await mkdir(join(target, '..'), { recursive: true });
    await writeFile(target, objectToText(join(objects, file)));
  }
}

async function freeze(checkout: string, out: string): Promise<void> {
  await mkdir(out, { recursive: false });
  const folder = await makeStackFolder();
  const scratch = await mkdtemp(join(tmpdir(), 'kiloclaw-freeze-'));
  try {
    await makeAndKill(checkout, folder, out);
    const file = join(scratch, 'backup');
    await backUp({ dataDir: folder.dataDir, to: file, env: {} });
    const unpacked = join(scratch, 'unpacked');
    await mkdir(unpacked);
    await unpack(file, unpacked);
    await writeText(unpacked, out);
    for (const name of SIMULATORS) await cp(join(folder.dataDir, name), join(out, name), { recursive: true });
  } finally {
    await folder.remove();
    await rm(scratch, { recursive: true, force: true });
  }
}

await runCommand(async () => {
  const { env } = process;
  const values = readCommandFlags('freeze-release', process.argv.slice(2), {
    checkout: 'string',
    out: 'string',
    help: 'boolean',
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const checkout = requiredPath(values, 'checkout', env, 'freeze-release');
  const out = requiredPath(values, 'out', env, 'freeze-release');
  await freeze(checkout, out);
  process.stdout.write(`Frozen: ${basename(out)}. Add its case to dev/src/upgrade.stack.test.ts.\n`);
  return 0;
});
