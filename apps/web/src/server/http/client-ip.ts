/** Where a request comes from, by the one header that may say so; null where none may, or it says nothing. */
import type { Settings } from '../settings.ts';

export function clientIp({ KILOCLAW_CLIENT_IP_HEADER: header }: Settings, headers: Headers): string | null {
  return header === undefined ? null : headers.get(header);
}
