import { describe, expect, it } from 'vitest';
import { readSettings } from '../settings.ts';
import { clientIp } from './client-ip.ts';

const SETTINGS = {
  KILOCLAW_ENV: 'development',
  KILOCLAW_INTERNAL_API_KEY: 'k'.repeat(24),
  KILOCLAW_AUTH_SECRET: 's'.repeat(24),
};
const FORGED = new Headers({ 'cf-connecting-ip': '192.0.2.1', 'x-forwarded-for': '192.0.2.2' });

describe('where a request comes from', () => {
  it('is believed of no header where none is named', () => {
    expect(clientIp(readSettings(SETTINGS), FORGED)).toBeNull();
  });

  it('is believed of the header that is named, and of no other', () => {
    const settings = readSettings({ ...SETTINGS, KILOCLAW_CLIENT_IP_HEADER: 'x-real-ip' });
    expect(clientIp(settings, FORGED)).toBeNull();
    expect(clientIp(settings, new Headers({ 'X-Real-IP': '192.0.2.3' }))).toBe('192.0.2.3');
  });

  it('can’t be named by what is no header', () => {
    expect(() => readSettings({ ...SETTINGS, KILOCLAW_CLIENT_IP_HEADER: 'X Real' })).toThrow(
      'KILOCLAW_CLIENT_IP_HEADER: must be the name of a header',
    );
  });
});
