/** The CLI as people install it: the real bundle, a real npm, the system's Node. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleCli } from '../build/bundle.ts';
import { PROVIDERS } from './testing/answers.ts';
import { API_KEY } from './testing/run.ts';
import { useControlPlane } from './testing/with-control-plane.ts';
import { VERSION } from './version.ts';

const MINUTE_MS = 60_000;
const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

const site = useControlPlane();
let root: string;

/** Without the checkout's own binaries: `node` is the system's, where there is one. */
function outsidePath(): string {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  return [join(root, 'prefix/bin'), ...folders].join(delimiter);
}

async function command(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const options = {
    env: { HOME: root, PATH: outsidePath(), npm_config_cache: join(root, 'cache'), ...env },
    cwd: root,
  };
  return promisify(execFile)(name, args, options);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kiloclaw-install-'));
  const folder = join(root, 'package');
  for (const name of ['package.json', 'bin'])
    await cp(join(PACKAGE, name), join(folder, name), { recursive: true });
  await bundleCli(join(folder, 'dist/kiloclaw.mjs'));
  const { stdout } = await command('npm', ['pack', '--json', folder]);
  const [{ filename }] = JSON.parse(stdout);
  const prefix = join(root, 'prefix');
  await command('npm', [
    'install',
    '--global',
    '--offline',
    '--no-audit',
    '--prefix',
    prefix,
    join(root, filename),
  ]);
}, 3 * MINUTE_MS);

afterAll(() => rm(root, { recursive: true, force: true }));

it('is installed by npm without a registry, and runs on the system’s Node', async () => {
  expect((await command('kiloclaw', ['--version'])).stdout).toBe(`${VERSION}\n`);
  site().fake.on('GET /providers', { body: PROVIDERS });
  const env = { KILOCLAW_API_URL: site().fake.url, KILOCLAW_API_KEY: API_KEY };
  const { stdout, stderr } = await command('kiloclaw', ['providers', '--json'], env);
  expect([JSON.parse(stdout), stderr]).toEqual([PROVIDERS, '']);
  expect((await command('kiloclaw', ['providers'], env)).stdout).toMatch(/^PROVIDER +CAN/);
});

it('completes in bash what is there: commands, options, values', async () => {
  const script = await command('kiloclaw', ['completion', 'bash']);
  const ask = async (line: string) => {
    // What the script takes from bash-completion, which is not on every machine.
    const typed = `_get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}"); cword=$((\${#words[@]} - 1)); cur=\${words[cword]}; prev=\${words[cword-1]}
      }
      ${script.stdout}
      read -ra COMP_WORDS <<<${JSON.stringify(line)}; [[ ${JSON.stringify(line)} == *' ' ]] && COMP_WORDS+=('')
      __kiloclaw_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await command('bash', ['-c', typed]);
    return stdout.split('\n').map((word) => word.trim());
  };
  expect(await ask('kiloclaw ins')).toContain('instances');
  expect(await ask('kiloclaw instances list --st')).toContain('--status');
  expect(await ask('kiloclaw resize box ')).toContain('perf-4-16');
});

it('ends with the exit code of the command, and says where it is wrong', async () => {
  const failed = await command('kiloclaw', ['tirs', '--json']).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean tiers?') });
});
