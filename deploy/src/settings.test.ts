import { randomBytes } from 'node:crypto';
import { SettingsSchema } from '@kiloclaw/control-plane/settings';
import { SETTING_NAMES } from '@kiloclaw/web/settings';
import { describe, expect, it } from 'vitest';
import { isSecretName, readDeploySettings } from './settings.ts';

const WHOLE = {
  DATABASE_URL: 'postgres://owner:hunter2hunter2@db.example.com/kiloclaw',
  KILOCLAW_INTERNAL_API_KEY: randomBytes(32).toString('base64'),
  KILOCLAW_AUTH_SECRET: randomBytes(32).toString('base64'),
  KILOCLAW_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
  KILOCLAW_WEB_ORIGIN: 'https://console.example.com',
  KILOCLAW_API_ORIGIN: 'https://api.example.com',
};

function refusal(env: Record<string, string | undefined>): string {
  try {
    readDeploySettings({ ...WHOLE, ...env });
    return 'no refusal';
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
}

describe('the settings of a deploy', () => {
  it('go to the Worker that reads them, secrets apart, and what is no setting of theirs to neither', () => {
    const env = { ...WHOLE, FLY_REGION: 'fra', NF_REGION: '', KILOCLAW_OIDC_NAME: 'Example', HOME: 'x' };
    const { controlPlane, web } = readDeploySettings(env);
    expect(controlPlane.plain).toEqual({ KILOCLAW_ENV: 'production', FLY_REGION: 'fra' });
    expect(Object.keys(controlPlane.secrets)).toEqual([
      'KILOCLAW_INTERNAL_API_KEY',
      'KILOCLAW_ENCRYPTION_KEYS',
    ]);
    expect(web.plain).toEqual({
      KILOCLAW_ENV: 'production',
      KILOCLAW_WEB_ORIGIN: WHOLE.KILOCLAW_WEB_ORIGIN,
      KILOCLAW_OIDC_NAME: 'Example',
    });
    expect(Object.keys(web.secrets)).toEqual(['KILOCLAW_INTERNAL_API_KEY', 'KILOCLAW_AUTH_SECRET']);
  });

  it('are secret where their schemas say so', () => {
    const secret = [...Object.keys(SettingsSchema.shape), ...SETTING_NAMES].filter(isSecretName);
    expect(secret).toEqual(
      expect.arrayContaining([
        'KILOCLAW_INTERNAL_API_KEY',
        'KILOCLAW_API_KEYS',
        'KILOCLAW_ENCRYPTION_KEYS',
        'FLY_API_TOKEN',
        'NF_API_TOKEN',
        'KILOCLAW_AUTH_SECRET',
        'KILOCLAW_GOOGLE_CLIENT_SECRET',
        'KILOCLAW_OIDC_CLIENT_SECRET',
        'OTEL_EXPORTER_OTLP_HEADERS',
      ]),
    );
    expect(['KILOCLAW_MACHINE_PORT', 'KILOCLAW_OIDC_CLIENT_ID', 'FLY_REGION'].filter(isSecretName)).toEqual(
      [],
    );
  });

  it('are refused all at once, each with what it is, where nothing is set', () => {
    const nothing = Object.fromEntries(Object.keys(WHOLE).map((name) => [name, undefined]));
    const said = refusal(nothing);
    expect(said).toContain('nothing was done');
    for (const name of Object.keys(WHOLE))
      expect(said).toMatch(new RegExp(`^  ${name}: .*(make one|where|the owner)`, 'm'));
    expect(said).toContain('--env-file');
  });

  it.each([
    ['KILOCLAW_ENV', 'development', 'must be production'],
    [
      'DATABASE_URL',
      'postgres://db.example.com/kiloclaw',
      'must be postgres://user:password@host:port/database',
    ],
    ['DATABASE_URL', 'mysql://owner:hunter2hunter2@db.example.com/kiloclaw', 'must be postgres://'],
    ['KILOCLAW_WEB_ORIGIN', 'http://console.example.com', 'must begin with https://'],
    ['KILOCLAW_WEB_ORIGIN', 'https://console.example.com/', 'must be an origin'],
    ['KILOCLAW_API_ORIGIN', 'https://api.example.com:8443', 'must be an origin'],
    [
      'KILOCLAW_API_ORIGIN',
      'https://api.example.workers.dev',
      'https://kiloclaw-control-plane.<your subdomain>',
    ],
    ['KILOCLAW_ADMIN_EMAIL', 'alice', 'must be an e-mail address'],
    ['CLOUDFLARE_ACCOUNT_ID', 'mine', 'must be 32 of'],
    ['KILOCLAW_INTERNAL_API_KEY', 'hunter2', 'KILOCLAW_INTERNAL_API_KEY'],
    ['RECONCILE_IDLE_S', 'often', 'RECONCILE_IDLE_S'],
    ['KILOCLAW_OIDC_ISSUER', 'https://login.example.com', 'set all, or none'],
  ])('are refused by name and without the value: %s=%s', (name, value, sentence) => {
    const said = refusal({ [name]: value });
    expect(said).toContain(name);
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/hunter2|often/);
  });

  it('may have Workers at workers.dev by their own names', () => {
    const env = {
      KILOCLAW_WEB_ORIGIN: 'https://kiloclaw-web.example.workers.dev',
      KILOCLAW_API_ORIGIN: 'https://kiloclaw-control-plane.example.workers.dev',
    };
    expect(refusal(env)).toBe('no refusal');
  });
});
