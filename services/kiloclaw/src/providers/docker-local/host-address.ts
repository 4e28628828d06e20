/** Where the engine's host is reached, and on which of its addresses machines may listen therefore. Pure. */

export const LOOPBACK = '127.0.0.1';
/** Of a host elsewhere, which alone knows what its own addresses are. */
const EVERY_ADDRESS = '0.0.0.0';
const LOOPBACK_NAMES = new Set([LOOPBACK, 'localhost', '::1']);

/** An engine on this very machine publishes for this machine alone. */
export function listeningAddress(hostAddress: string): string {
  return LOOPBACK_NAMES.has(hostAddress) ? LOOPBACK : EVERY_ADDRESS;
}

export function endpointUrl(hostAddress: string, hostPort: string): string {
  return `http://${hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress}:${hostPort}`;
}
