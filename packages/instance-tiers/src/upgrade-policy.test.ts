import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CurrentHardware,
  canUpgradeTo,
  INSTANCE_TIER_KEYS,
  type InstanceTierKey,
  type MachineSize,
  OFFERED_TIER_KEYS,
  tierOf,
  UPGRADE_REFUSAL_REASONS,
} from './index.ts';

const RUNS = 100_000;

// Sizes on, between and beyond those of the catalog, so that ties and both directions come up often.
const machineSizes = fc.record<MachineSize>({
  cpus: fc.constantFrom(1, 2, 3, 4, 8),
  memory_mb: fc.constantFrom(1024, 3072, 4096, 8192, 12288, 16384, 32768),
  cpu_kind: fc.constantFrom('shared', 'performance'),
});
const volumeSizesGb = fc.constantFrom(1, 10, 15, 20, 30, 40, 41, 500);
const known = fc.record({ machineSize: machineSizes, volumeSizeGb: volumeSizesGb });
const current = fc.record<CurrentHardware>({
  machineSize: fc.option(machineSizes),
  volumeSizeGb: fc.option(volumeSizesGb),
});
const targets = fc.constantFrom(...INSTANCE_TIER_KEYS);
const observabilities = fc.record({ cpuKindObservable: fc.boolean() });

/**
 * The policy over again, from the tables and by another way: each reason is judged on its own, with a
 * CPU's strength as one number, and the first in the list of those that hold is the answer.
 */
const ORACLE_TIERS: Record<InstanceTierKey, { strength: number; gb: number; disk: number; legacy: boolean }> =
  {
    'perf-1-3': { strength: 1001, gb: 3, disk: 10, legacy: false },
    'perf-4-8': { strength: 1004, gb: 8, disk: 20, legacy: false },
    'perf-4-16': { strength: 1004, gb: 16, disk: 40, legacy: false },
    'shared-2-3': { strength: 2, gb: 3, disk: 10, legacy: true },
    'shared-2-4': { strength: 2, gb: 4, disk: 10, legacy: true },
  };

function oracle({ machineSize, volumeSizeGb }: CurrentHardware, key: InstanceTierKey, kindCounts: boolean) {
  const target = ORACLE_TIERS[key];
  const strengthOf = (size: MachineSize) =>
    size.cpus + (kindCounts && size.cpu_kind === 'performance' ? 1000 : 0);
  const targetStrength = kindCounts ? target.strength : target.strength % 1000;
  const gains = [
    ['volume_would_shrink', volumeSizeGb === null ? undefined : target.disk - volumeSizeGb],
    ['memory_would_shrink', machineSize === null ? undefined : target.gb - machineSize.memory_mb / 1024],
    ['cpu_would_shrink', machineSize === null ? undefined : targetStrength - strengthOf(machineSize)],
  ] as const;
  const knownGains = gains.flatMap(([, gain]) => gain ?? []);
  const holding = [
    ...(target.legacy ? ['tier_not_offered'] : []),
    ...gains.flatMap(([reason, gain]) => (gain !== undefined && gain < 0 ? [reason] : [])),
    ...(knownGains.length > 0 && !knownGains.some((gain) => gain > 0) ? ['not_an_upgrade'] : []),
  ];
  return holding[0] ?? 'allowed';
}

function outcome(...args: Parameters<typeof canUpgradeTo>): string {
  const decision = canUpgradeTo(...args);
  return decision.allowed ? 'allowed' : decision.reason;
}

const shared = (cpus: number, memory_mb: number): MachineSize => ({ cpus, memory_mb, cpu_kind: 'shared' });
const performance = (cpus: number, memory_mb: number): MachineSize => ({
  cpus,
  memory_mb,
  cpu_kind: 'performance',
});

function hardwareOf(key: InstanceTierKey): CurrentHardware {
  const { machineSize, volumeSizeGb } = tierOf(key);
  return { machineSize, volumeSizeGb };
}

function isUpgrade(from: InstanceTierKey, to: InstanceTierKey): boolean {
  return canUpgradeTo(hardwareOf(from), to).allowed;
}

describe('canUpgradeTo', () => {
  it('tells the first reason that holds, in the order of the table', () => {
    expect(UPGRADE_REFUSAL_REASONS).toEqual([
      'tier_not_offered',
      'volume_would_shrink',
      'memory_would_shrink',
      'cpu_would_shrink',
      'not_an_upgrade',
    ]);
    fc.assert(
      fc.property(current, targets, observabilities, (hardware, target, observability) => {
        const expected = oracle(hardware, target, observability.cpuKindObservable);
        expect(outcome(hardware, target, observability)).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['perf-1-3', ['not_an_upgrade', 'allowed', 'allowed', 'tier_not_offered', 'tier_not_offered']],
    [
      'perf-4-8',
      ['volume_would_shrink', 'not_an_upgrade', 'allowed', 'tier_not_offered', 'tier_not_offered'],
    ],
    [
      'perf-4-16',
      [
        'volume_would_shrink',
        'volume_would_shrink',
        'not_an_upgrade',
        'tier_not_offered',
        'tier_not_offered',
      ],
    ],
    ['shared-2-3', ['allowed', 'allowed', 'allowed', 'tier_not_offered', 'tier_not_offered']],
    ['shared-2-4', ['memory_would_shrink', 'allowed', 'allowed', 'tier_not_offered', 'tier_not_offered']],
  ] as const)('decides from %s to every tier', (from, expected) => {
    expect(INSTANCE_TIER_KEYS.map((to) => outcome(hardwareOf(from), to))).toEqual(expected);
  });

  const notOffered = 'tier_not_offered';
  it.each<[string, MachineSize, number | null, string[]]>([
    ['a smaller shared', shared(1, 2048), 1, ['allowed', 'allowed', 'allowed']],
    ['more shared CPUs', shared(8, 3072), 10, ['allowed', 'allowed', 'allowed']],
    [
      'more RAM on shared CPUs',
      shared(8, 16384),
      10,
      ['memory_would_shrink', 'memory_would_shrink', 'allowed'],
    ],
    ['perf-1-3 with 15 GB', performance(1, 3072), 15, ['volume_would_shrink', 'allowed', 'allowed']],
    [
      'perf-1-3 with 40 GB',
      performance(1, 3072),
      40,
      ['volume_would_shrink', 'volume_would_shrink', 'allowed'],
    ],
    ['perf-1-3 with 41 GB', performance(1, 3072), 41, Array(3).fill('volume_would_shrink')],
    ['perf-4-8 with 10 GB', performance(4, 8192), 10, ['memory_would_shrink', 'allowed', 'allowed']],
    [
      'perf-4-16 with 10 GB',
      performance(4, 16384),
      10,
      ['memory_would_shrink', 'memory_would_shrink', 'allowed'],
    ],
    ['two performance CPUs', performance(2, 3072), 10, ['cpu_would_shrink', 'allowed', 'allowed']],
    ['between two tiers', performance(2, 4096), 15, ['volume_would_shrink', 'allowed', 'allowed']],
    [
      'more CPUs than any tier',
      performance(8, 4096),
      10,
      ['memory_would_shrink', 'cpu_would_shrink', 'cpu_would_shrink'],
    ],
    ['more RAM than any tier', performance(4, 32768), 10, Array(3).fill('memory_would_shrink')],
    ['larger in everything', performance(8, 32768), 500, Array(3).fill('volume_would_shrink')],
    [
      'the largest tier',
      performance(4, 16384),
      40,
      ['volume_would_shrink', 'volume_would_shrink', 'not_an_upgrade'],
    ],
    [
      'a tier of no known volume',
      performance(4, 8192),
      null,
      ['memory_would_shrink', 'not_an_upgrade', 'allowed'],
    ],
  ])('decides from a custom shape to every tier: %s', (_name, machineSize, volumeSizeGb, offered) => {
    const expected = [...offered, notOffered, notOffered];
    expect(INSTANCE_TIER_KEYS.map((to) => outcome({ machineSize, volumeSizeGb }, to))).toEqual(expected);
  });

  it('shrinks no dimension and grows one wherever it allows known hardware', () => {
    fc.assert(
      fc.property(known, targets, (hardware, key) => {
        if (!canUpgradeTo(hardware, key).allowed) return;
        const target = tierOf(key);
        const own = hardware.machineSize;
        const kindRises = own.cpu_kind === 'shared' && target.machineSize.cpu_kind === 'performance';
        const kindFalls = own.cpu_kind === 'performance' && target.machineSize.cpu_kind === 'shared';
        const cpusRise = kindRises || (!kindFalls && target.machineSize.cpus > own.cpus);
        const cpusFall = kindFalls || (!kindRises && target.machineSize.cpus < own.cpus);
        expect(target.volumeSizeGb).toBeGreaterThanOrEqual(hardware.volumeSizeGb);
        expect(target.machineSize.memory_mb).toBeGreaterThanOrEqual(own.memory_mb);
        expect(cpusFall).toBe(false);
        const grows =
          cpusRise ||
          target.volumeSizeGb > hardware.volumeSizeGb ||
          target.machineSize.memory_mb > own.memory_mb;
        expect(grows).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('is a strict partial order among the offered tiers', () => {
    for (const a of OFFERED_TIER_KEYS) {
      expect(isUpgrade(a, a)).toBe(false);
      for (const b of OFFERED_TIER_KEYS) {
        expect(isUpgrade(a, b) && isUpgrade(b, a)).toBe(false);
        for (const c of OFFERED_TIER_KEYS) {
          if (isUpgrade(a, b) && isUpgrade(b, c)) expect(isUpgrade(a, c)).toBe(true);
        }
      }
    }
  });

  it('has no cycle: taking every upgrade from any tier comes to an end', () => {
    const walk = (key: InstanceTierKey, path: readonly InstanceTierKey[]): void => {
      expect(path).not.toContain(key);
      for (const next of INSTANCE_TIER_KEYS.filter((to) => isUpgrade(key, to))) walk(next, [...path, key]);
    };
    for (const key of INSTANCE_TIER_KEYS) walk(key, []);
  });

  it('never leads back: from where an upgrade led, the hardware left behind is no upgrade', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INSTANCE_TIER_KEYS),
        targets,
        volumeSizesGb,
        (from, to, volumeSizeGb) => {
          const start = { ...hardwareOf(from), volumeSizeGb };
          if (!canUpgradeTo(start, to).allowed) return;
          expect(canUpgradeTo(hardwareOf(to), from).allowed).toBe(false);
          expect(canUpgradeTo(hardwareOf(to), to).allowed).toBe(false);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('unknown and unobservable hardware', () => {
  const nothing: CurrentHardware = { machineSize: null, volumeSizeGb: null };

  it('allows any offered tier, and no legacy one, where nothing is known', () => {
    for (const key of INSTANCE_TIER_KEYS) {
      expect(outcome(nothing, key)).toBe(tierOf(key).offered ? 'allowed' : 'tier_not_offered');
    }
  });

  it('neither blocks by an unknown volume nor counts it as larger', () => {
    const { machineSize } = tierOf('perf-4-8');
    expect(outcome({ machineSize, volumeSizeGb: null }, 'perf-4-8')).toBe('not_an_upgrade');
    expect(outcome({ machineSize, volumeSizeGb: null }, 'perf-4-16')).toBe('allowed');
    expect(outcome({ machineSize, volumeSizeGb: null }, 'perf-1-3')).toBe('memory_would_shrink');
  });

  it('neither blocks by an unknown machine size nor counts it as larger', () => {
    expect(outcome({ machineSize: null, volumeSizeGb: 20 }, 'perf-4-8')).toBe('not_an_upgrade');
    expect(outcome({ machineSize: null, volumeSizeGb: 20 }, 'perf-4-16')).toBe('allowed');
    expect(outcome({ machineSize: null, volumeSizeGb: 20 }, 'perf-1-3')).toBe('volume_would_shrink');
  });

  it('compares CPUs by count alone where the kind is unobservable', () => {
    const hardware: CurrentHardware = {
      machineSize: { cpus: 2, memory_mb: 3072, cpu_kind: 'shared' },
      volumeSizeGb: null,
    };
    expect(outcome(hardware, 'perf-1-3', { cpuKindObservable: false })).toBe('cpu_would_shrink');
    expect(outcome(hardware, 'perf-1-3', { cpuKindObservable: true })).toBe('allowed');
  });
});

describe('the sentence of a refusal', () => {
  function messageOf(...args: Parameters<typeof canUpgradeTo>): string {
    const decision = canUpgradeTo(...args);
    return decision.allowed ? '' : decision.message;
  }

  it('says both figures and which tiers are open', () => {
    const extended = { ...hardwareOf('perf-1-3'), volumeSizeGb: 15 };
    expect(messageOf(extended, 'perf-1-3')).toBe(
      "A volume can't shrink: this one has 15 GB, perf-1-3 has 10 GB. Choose perf-4-8 or perf-4-16.",
    );
    expect(messageOf(hardwareOf('shared-2-4'), 'perf-1-3')).toBe(
      'RAM would shrink from 4096 MB to the 3072 MB of perf-1-3. Choose perf-4-8 or perf-4-16.',
    );
    const eightCpus = {
      ...hardwareOf('perf-1-3'),
      machineSize: { ...tierOf('perf-1-3').machineSize, cpus: 8 },
    };
    expect(messageOf(eightCpus, 'perf-4-8')).toBe(
      'CPU would shrink from 8 performance CPUs to the 4 performance CPUs of perf-4-8. No offered tier is an upgrade for it.',
    );
  });

  it('advises only tiers that the policy allows', () => {
    fc.assert(
      fc.property(current, targets, (hardware, target) => {
        const message = messageOf(hardware, target);
        const advised = / Choose (.+)\.$/.exec(message)?.[1]?.split(' or ') ?? [];
        const open = OFFERED_TIER_KEYS.filter((key) => outcome(hardware, key) === 'allowed');
        expect(advised).toEqual(message === '' ? [] : open);
      }),
    );
  });

  it('says beyond 40 GB, and only there, that the size override and the extend are left', () => {
    const special = 'Beyond 40 GB no tier fits: only the size override and the volume extend are left.';
    fc.assert(
      fc.property(known, targets, (hardware, target) => {
        expect(messageOf(hardware, target).endsWith(special)).toBe(hardware.volumeSizeGb > 40);
      }),
    );
  });
});
