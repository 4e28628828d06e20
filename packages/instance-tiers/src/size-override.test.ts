import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdminSizeOverridePayload,
  AdminSizeOverridePayloadSchema,
  canUpgradeTo,
  DELETED_ADMIN_ACTOR_ID,
  effectiveMachineSize,
  INSTANCE_TIERS,
  isSizeOverrideActive,
  type MachineSize,
  OFFERED_TIER_KEYS,
  OVERRIDE_PRESETS,
  OVERRIDE_REASON_MAX_LENGTH,
  OverridePresetSchema,
  OverrideReasonSchema,
  overrideIsLarger,
  tierOf,
  withoutDeletedAdmin,
} from './index.ts';

const minimal: AdminSizeOverridePayload = {
  machineSize: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
  reason: 'Out of memory since this morning',
  actorId: 'usr_alice-1',
  setAt: '2026-01-01T00:00:00Z',
};
const full: AdminSizeOverridePayload = {
  ...minimal,
  preset: 'perf-4-8',
  expiresAt: '2026-01-08T00:00:00+02:00',
  restored: true,
};

describe('override presets', () => {
  it('are perf-4-8 and perf-4-16, each with the machine size of its tier', () => {
    expect(OVERRIDE_PRESETS).toEqual({
      'perf-4-8': { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
      'perf-4-16': { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' },
    });
    expect(OverridePresetSchema.options).toEqual(Object.keys(OVERRIDE_PRESETS));
  });

  it('hold no other tier', () => {
    expect(OverridePresetSchema.safeParse('perf-1-3').success).toBe(false);
    expect(OverridePresetSchema.safeParse('custom').success).toBe(false);
  });
});

describe('AdminSizeOverridePayloadSchema', () => {
  it('takes the smallest and the fullest payload as they are', () => {
    expect(AdminSizeOverridePayloadSchema.parse(minimal)).toEqual(minimal);
    expect(AdminSizeOverridePayloadSchema.parse(full)).toEqual(full);
  });

  it('takes any machine size, beside the presets too', () => {
    const machineSize: MachineSize = { cpus: 6, memory_mb: 12288, cpu_kind: 'shared' };
    expect(AdminSizeOverridePayloadSchema.parse({ ...minimal, machineSize }).machineSize).toEqual(
      machineSize,
    );
  });

  it('trims the reason, and counts its length afterwards', () => {
    const longest = 'x'.repeat(OVERRIDE_REASON_MAX_LENGTH);
    expect(AdminSizeOverridePayloadSchema.parse({ ...minimal, reason: `  ${longest}\n` }).reason).toBe(
      longest,
    );
    expect(OverrideReasonSchema.safeParse(`${longest}x`).success).toBe(false);
    expect(OverrideReasonSchema.safeParse(' \n\t ').success).toBe(false);
    expect(OVERRIDE_REASON_MAX_LENGTH).toBe(500);
  });

  it.each([
    ['machineSize', { cpus: 4, memory_mb: 8192 }],
    ['machineSize', undefined],
    ['preset', 'perf-9-9'],
    ['reason', '   '],
    ['reason', undefined],
    ['actorId', ''],
    ['actorId', 'alice@example.com'],
    ['actorId', 'x'.repeat(129)],
    ['actorId', undefined],
    ['setAt', undefined],
    ['setAt', '2026-01-01'],
    ['setAt', '2026-01-01T00:00:00'],
    ['setAt', '2026-02-30T00:00:00Z'],
    ['setAt', 1_767_225_600_000],
    ['expiresAt', 'tomorrow'],
    ['expiresAt', null],
    ['restored', 'yes'],
  ])('refuses %s = %j and names the field', (field, value) => {
    const parsed = AdminSizeOverridePayloadSchema.safeParse({ ...full, [field]: value });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
  });

  it('refuses a field that it does not know, such as an address', () => {
    expect(
      AdminSizeOverridePayloadSchema.safeParse({ ...full, actorEmail: 'alice@example.com' }).success,
    ).toBe(false);
  });

  it('still parses once its admin was deleted, with no trace of who and why, and the rest untouched', () => {
    for (const override of [minimal, full]) {
      const scrubbed = withoutDeletedAdmin(override);
      const { reason: _reason, ...rest } = override;
      expect(scrubbed).toStrictEqual({ ...rest, actorId: DELETED_ADMIN_ACTOR_ID });
      expect(AdminSizeOverridePayloadSchema.parse(scrubbed)).toStrictEqual(scrubbed);
      expect(withoutDeletedAdmin(scrubbed)).toStrictEqual(scrubbed);
    }
    expect(DELETED_ADMIN_ACTOR_ID).toBe('deleted admin');
  });
});

describe('effectiveMachineSize', () => {
  const own = tierOf('perf-1-3').machineSize;
  const expiresAt = '2026-01-08T00:00:00Z';
  const expiresAtMs = Date.UTC(2026, 0, 8);

  it('is the own size, or null, where nothing is lent', () => {
    expect(effectiveMachineSize({ machineSize: own, adminMachineSizeOverride: null, now: 0 })).toEqual(own);
    expect(effectiveMachineSize({ machineSize: null, adminMachineSizeOverride: null, now: 0 })).toBeNull();
  });

  it('is the lent size without end where the override has no expiry, also over an unknown own size', () => {
    const now = Number.MAX_SAFE_INTEGER;
    for (const machineSize of [own, null]) {
      expect(effectiveMachineSize({ machineSize, adminMachineSizeOverride: minimal, now })).toEqual(
        minimal.machineSize,
      );
    }
  });

  it('falls back to the own size from the very millisecond of the expiry on', () => {
    const adminMachineSizeOverride = { ...minimal, expiresAt };
    const at = (now: number, machineSize: MachineSize | null) =>
      effectiveMachineSize({ machineSize, adminMachineSizeOverride, now });
    expect(at(expiresAtMs - 1, own)).toEqual(minimal.machineSize);
    expect(at(expiresAtMs, own)).toEqual(own);
    expect(at(expiresAtMs + 1, own)).toEqual(own);
    expect(at(expiresAtMs, null)).toBeNull();
  });

  it('counts an expiry by its instant, whatever its offset', () => {
    const override = { expiresAt: '2026-01-08T02:00:00+02:00' };
    expect(isSizeOverrideActive(override, expiresAtMs - 1)).toBe(true);
    expect(isSizeOverrideActive(override, expiresAtMs)).toBe(false);
  });
});

describe('overrideIsLarger', () => {
  const machineSizes = fc.record<MachineSize>({
    cpus: fc.constantFrom(1, 2, 4, 8),
    memory_mb: fc.constantFrom(3072, 4096, 8192, 16384),
    cpu_kind: fc.constantFrom('shared', 'performance'),
  });

  it('is never true of a size over itself, nor of both directions, and carries over', () => {
    fc.assert(
      fc.property(machineSizes, machineSizes, machineSizes, fc.boolean(), (a, b, c, cpuKindObservable) => {
        const larger = (own: MachineSize, lent: MachineSize) =>
          overrideIsLarger(own, lent, { cpuKindObservable });
        expect(larger(a, a)).toBe(false);
        expect(larger(a, b) && larger(b, a)).toBe(false);
        if (larger(a, b) && larger(b, c)) expect(larger(a, c)).toBe(true);
      }),
    );
  });

  it('agrees with the upgrade policy on the machine size of every offered tier', () => {
    fc.assert(
      fc.property(
        machineSizes,
        fc.constantFrom(...OFFERED_TIER_KEYS),
        fc.boolean(),
        (own, key, cpuKindObservable) => {
          const observability = { cpuKindObservable };
          const decision = canUpgradeTo({ machineSize: own, volumeSizeGb: null }, key, observability);
          expect(overrideIsLarger(own, tierOf(key).machineSize, observability)).toBe(decision.allowed);
        },
      ),
    );
  });

  it('lends perf-4-8 to all smaller tiers, and nothing of today to perf-4-16', () => {
    const canBorrow = (preset: 'perf-4-8' | 'perf-4-16') =>
      INSTANCE_TIERS.filter((tier) => overrideIsLarger(tier.machineSize, OVERRIDE_PRESETS[preset])).map(
        (tier) => tier.key,
      );
    expect(canBorrow('perf-4-8')).toEqual(['perf-1-3', 'shared-2-3', 'shared-2-4']);
    expect(canBorrow('perf-4-16')).toEqual(['perf-1-3', 'perf-4-8', 'shared-2-3', 'shared-2-4']);
  });

  it('refuses more RAM on fewer CPUs, and more CPUs on less RAM', () => {
    const own: MachineSize = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' };
    expect(overrideIsLarger(own, { ...own, cpus: 2, memory_mb: 16384 })).toBe(false);
    expect(overrideIsLarger(own, { ...own, cpus: 8, memory_mb: 4096 })).toBe(false);
    expect(overrideIsLarger(own, { ...own, memory_mb: 16384, cpu_kind: 'shared' })).toBe(false);
  });
});
