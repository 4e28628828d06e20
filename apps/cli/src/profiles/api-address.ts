/** The control plane's address, as people type it. */
import { API_BASE } from '@kiloclaw/platform-contract';
import { usageError } from '../cli-error.ts';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address without a path. Throws a `CliError` that names `source` for what is none. */
export function parseApiUrl(text: string, source: string): string {
  const wayOut = 'Give it as https://kiloclaw.example.com, without a path.';
  if (!URL.canParse(text)) throw usageError(`${source}: is no address.`, wayOut);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw usageError(`${source}: must begin with https:// or http://.`, wayOut);
  if (url.username !== '' || url.password !== '')
    throw usageError(`${source}: must hold neither user nor password.`, wayOut);
  const path = url.pathname.replace(/\/+$/, '');
  if ((path !== '' && path !== API_BASE) || url.search !== '' || url.hash !== '')
    throw usageError(`${source}: must have no path and no query.`, wayOut);
  return url.origin;
}

/** Whether a key sent there can be read on its way. */
export function isInTheClear(apiUrl: string): boolean {
  const { protocol, hostname } = new URL(apiUrl);
  return protocol === 'http:' && !LOOPBACK_HOSTS.has(hostname);
}
