import { createHash, randomBytes } from 'node:crypto';

const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LOWER_ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyz';
const ULID_TIME_LENGTH = 10;
const ULID_RANDOM_LENGTH = 16;

function randomText(alphabet: string, length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += alphabet.charAt(byte % alphabet.length);
  return text;
}

/** 14 lower-case hex digits, stable for a machine's life. */
export function newMachineId(): string {
  return randomBytes(7).toString('hex');
}

/** 26-character upper-case ULID: machine versions, events and request ids. */
export function newUlid(nowMs: number): string {
  let time = '';
  let rest = nowMs;
  for (let digit = 0; digit < ULID_TIME_LENGTH; digit += 1) {
    time = CROCKFORD_ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + randomText(CROCKFORD_ALPHABET, ULID_RANDOM_LENGTH);
}

/** `vol_` and 16 of [0-9a-z]. */
export function newVolumeId(): string {
  return `vol_${randomText(LOWER_ALPHANUMERIC, 16)}`;
}

/** `vs_` and 22 of [0-9a-z]. */
export function newSnapshotId(): string {
  return `vs_${randomText(LOWER_ALPHANUMERIC, 22)}`;
}

/** 12 lower-case hex digits. */
export function newLeaseNonce(): string {
  return randomBytes(6).toString('hex');
}

/** 16 of [0-9a-z]. */
export function newAppId(): string {
  return randomText(LOWER_ALPHANUMERIC, 16);
}

/** The name of a machine that was created without one. */
export function newMachineName(): string {
  return `machine-${randomText(LOWER_ALPHANUMERIC, 8)}`;
}

/** An address in the range that private machine networks use. */
export function newPrivateIp(): string {
  const groups = randomBytes(12).toString('hex').match(/.{4}/g) ?? [];
  return ['fdaa', ...groups, '2'].join(':').replace(/\b0+(?=[0-9a-f])/g, '');
}

/** Four hex digits that stand for the zone of a host's volumes: the same for all of them. */
export function zoneOf(hostId: string): string {
  return createHash('sha256').update(hostId).digest('hex').slice(0, 4);
}
