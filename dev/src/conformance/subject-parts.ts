/** What the subjects of the real providers and of their simulators share. */
import type { Subject } from '@kiloclaw/control-plane/conformance';

const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const LARGER = { cpus: 2, memory_mb: 4096, cpu_kind: 'performance' } as const;
const VOLUME_SIZE_GB = 10;

/** In the machine's environment: to be in no error and in no log line. */
const ENVIRONMENT = { PASSPHRASE: 'sentinel-of-the-environment-7291' };

/** A machine like the smallest tier's, and what it grows to. */
export function askedOf(image: string, volumeSizeGb: number | null = VOLUME_SIZE_GB) {
  return {
    volume: { sizeGb: volumeSizeGb, region: null, machineSize: SMALL },
    machine: {
      size: SMALL,
      sizeSource: 'tier',
      region: null,
      image,
      env: ENVIRONMENT,
      mountPath: '/data',
      port: 8080,
      configurationFingerprint: 'as-first-asked',
    },
    largerSize: LARGER,
  } as const satisfies Partial<Subject>;
}

/** Simulators without delays, and engines on this very machine. */
export const AT_ONCE: Subject['pace'] = { pauseMs: 25, triesMost: 120, waitMs: 2_000 };
/** Providers on the other side of the network. */
export const AT_A_DISTANCE: Subject['pace'] = { pauseMs: 2_000, triesMost: 90, waitMs: 30_000 };
