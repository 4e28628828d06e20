import { randomBytes } from 'node:crypto';

const LOWER_ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyz';

function randomText(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += LOWER_ALPHANUMERIC.charAt(byte % LOWER_ALPHANUMERIC.length);
  return text;
}

/** The id that a name gives: "My App" → `my-app`. Two names of one id can't both be. */
export function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(/\s/g, '-');
}

/** The cluster's namespace of a project. */
export function newNamespace(): string {
  return `ns-${randomText(12)}`;
}

/** The id of a port, which its name is not. */
export function newPortId(): string {
  return randomText(6);
}

/** `<service>-<replica set>-<pod>` */
export function newContainerName(serviceId: string): string {
  return `${serviceId}-${randomBytes(5).toString('hex')}-${randomText(5)}`;
}

/** The id of one request. */
export function newRequestId(): string {
  return randomBytes(16).toString('hex');
}
