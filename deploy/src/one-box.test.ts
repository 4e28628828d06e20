/** The files for a machine of one's own, against what reads them. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { readSettings as readControlPlane, SettingsSchema } from '@kiloclaw/control-plane/settings';
import { REPOSITORY_ROOT, readFlags } from '@kiloclaw/dev/flags';
import { readSettings as readWeb, SETTING_NAMES } from '@kiloclaw/web/settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ONE_BOX = fileURLToPath(new URL('../one-box/', import.meta.url));
const INSTALLED_IN = '/opt/kiloclaw';
/** Of systemd's scale from 0 to 100: below it counts as well protected. */
const EXPOSURE_MAX = 25;
const TOOL_TIMEOUT_MS = 20_000;
const run = promisify(execFile);

let home: string;
let service: string;
let caddyfile: string;
let example: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-one-box-'));
  const read = (name: string) => readFile(join(ONE_BOX, name), 'utf8');
  service = await read('kiloclaw.service');
  caddyfile = await read('Caddyfile');
  example = await read('kiloclaw.env.example');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Every value of a directive of the unit. */
const directive = (name: string) =>
  [...service.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

async function find(tool: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const path = join(folder, tool);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

describe('the service', () => {
  it('runs what npm start runs, in production, with flags and a folder that it takes', async () => {
    const [command = ''] = directive('ExecStart');
    const [node = '', main = '', ...args] = command.split(' ');
    await access(join(REPOSITORY_ROOT, node.replace(INSTALLED_IN, '')));
    await access(join(REPOSITORY_ROOT, main));
    const env = parseEnv(directive('Environment').join('\n'));
    expect(readFlags(args, env)).toMatchObject({ demo: false, dataDir: '/var/lib/kiloclaw', webPort: 4400 });
    expect(readFlags([], env).demo).toBe(false);
    expect(directive('StateDirectory')).toEqual(['kiloclaw']);
    expect(directive('WorkingDirectory')).toEqual([INSTALLED_IN]);
  });

  it('has a user and rights of its own, comes back when it fails, and is stopped in order', () => {
    const wanted: Record<string, string> = {
      User: 'kiloclaw',
      EnvironmentFile: '/etc/kiloclaw/kiloclaw.env',
      Restart: 'on-failure',
      KillMode: 'mixed',
      TimeoutStopSec: '60s',
      LimitNOFILE: '262144',
      NoNewPrivileges: 'true',
      CapabilityBoundingSet: '',
      ProtectSystem: 'strict',
      ProtectHome: 'true',
      PrivateTmp: 'true',
      UMask: '0077',
      StateDirectoryMode: '0700',
    };
    for (const [name, value] of Object.entries(wanted)) expect(directive(name), name).toEqual([value]);
  });

  it('is understood by systemd, and well protected by its measure', async ({ skip }) => {
    const analyze = await find('systemd-analyze');
    skip(analyze === null, 'there is no systemd-analyze on this machine');
    const unit = join(home, 'kiloclaw.service');
    // It asks whether the program is there.
    await writeFile(unit, service.replaceAll(INSTALLED_IN, REPOSITORY_ROOT));
    const options = { timeout: TOOL_TIMEOUT_MS };
    const verified = await run(analyze ?? '', ['verify', '--man=no', unit], options);
    expect(verified.stderr).not.toContain('kiloclaw.service:');
    await run(analyze ?? '', ['security', '--offline=true', `--threshold=${EXPOSURE_MAX}`, unit], options);
  });
});

describe('the settings of the example', () => {
  it('are settings that there are, and enough to start with', () => {
    const env = parseEnv(example);
    const known = [
      ...Object.keys(SettingsSchema.shape),
      ...SETTING_NAMES,
      'DATABASE_URL',
      'KILOCLAW_ADMIN_EMAIL',
    ];
    expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual([]);
    const filled = {
      ...env,
      KILOCLAW_INTERNAL_API_KEY: randomBytes(32).toString('base64'),
      KILOCLAW_AUTH_SECRET: randomBytes(32).toString('base64'),
      KILOCLAW_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
    };
    expect(readControlPlane({ ...filled, KILOCLAW_FLEET_ID: crypto.randomUUID() }).KILOCLAW_ENV).toBe(
      'production',
    );
    expect(readWeb(filled).KILOCLAW_WEB_ORIGIN).toBe('https://console.example.com');
  });
});

describe('the proxy', () => {
  it('leads to the ports that there are, and is the one to say where a browser is', () => {
    const { webPort, apiPort } = readFlags([], {});
    const [, console = '', api = ''] =
      /CONSOLE_HOST\} \{\n([\s\S]*?)\n\}\n\n\{\$API_HOST\} \{\n([\s\S]*?)\n\}/.exec(caddyfile) ?? [];
    expect(console).toContain(`reverse_proxy 127.0.0.1:${webPort} {`);
    expect(api).toContain(`reverse_proxy 127.0.0.1:${apiPort}`);
    const header = parseEnv(example).KILOCLAW_CLIENT_IP_HEADER ?? '';
    // Without a + before the name it replaces what a browser has sent.
    expect(console.toLowerCase()).toContain(`header_up ${header} {remote_host}`);
  });

  it('is understood by Caddy', async ({ skip }) => {
    const caddy = await find('caddy');
    skip(caddy === null, 'there is no Caddy on this machine');
    const env = { HOME: home, CONSOLE_HOST: 'console.example.com', API_HOST: 'api.example.com' };
    const args = ['validate', '--adapter', 'caddyfile', '--config', join(ONE_BOX, 'Caddyfile')];
    const { stdout } = await run(caddy ?? '', args, { env, timeout: TOOL_TIMEOUT_MS });
    expect(stdout).toContain('Valid configuration');
  });
});
