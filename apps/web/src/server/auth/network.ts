import { isIPv6 } from 'node:net';

const IPV6_NETWORK_GROUPS = 4;
const IPV6_GROUPS = 8;

/** Whose address it is, as far as counting goes: an IPv6 subscriber has a whole /64 to choose from. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const omitted = tail === undefined ? 0 : IPV6_GROUPS - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(omitted, 0) }, () => '0'), ...after];
  return groups
    .slice(0, IPV6_NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
