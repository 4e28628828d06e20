/** resize, extend-volume, set-size-override, clear-size-override: a dry-run answers the plan, else the operation. */
import { type MachineSize, OVERRIDE_PRESETS, OverridePresetSchema } from '@kiloclaw/instance-tiers';
import { ROUTES } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { readIdempotencyKey, readInput, readWaitMs } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';
import type { HardwareAnswer } from '../instance/instance-rpc.ts';
import { operationResponse } from './power.ts';

export function hardwareRoutes(app: Hono<AppContext>): void {
  app.post(ROUTES.resize.path, async (c) => {
    const body = await readInput(c, 'resize');
    const { targetTier, apply } = body;
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.resizeMachine({ caller, ...changeOptions(c, body), targetTier, apply }),
    );
    return hardwareResponse(c, answer);
  });

  app.post(ROUTES.extendVolume.path, async (c) => {
    const body = await readInput(c, 'extendVolume');
    const { targetSizeGb, appName = null, volumeId = null } = body;
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.extendVolume({ caller, ...changeOptions(c, body), targetSizeGb, appName, volumeId }),
    );
    return hardwareResponse(c, answer);
  });

  app.post(ROUTES.setSizeOverride.path, async (c) => {
    const body = await readInput(c, 'setSizeOverride');
    const { preset, reason, expiresAt = null, apply } = body;
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.setAdminMachineSizeOverride({
        caller,
        ...changeOptions(c, body),
        preset,
        machineSize: lentSizeOf(preset),
        reason,
        expiresAt,
        apply,
      }),
    );
    return hardwareResponse(c, answer);
  });

  app.post(ROUTES.clearSizeOverride.path, async (c) => {
    const body = await readInput(c, 'clearSizeOverride');
    const { apply } = body;
    const answer = await ownedInstance(c, body).ask((instance, caller) =>
      instance.clearAdminMachineSizeOverride({ caller, ...changeOptions(c, body), apply }),
    );
    return hardwareResponse(c, answer);
  });
}

function changeOptions(
  c: Context<AppContext>,
  {
    dryRun = false,
    expectedPlanHash = null,
  }: { dryRun?: boolean | undefined; expectedPlanHash?: string | null | undefined },
) {
  const idempotencyKey = readIdempotencyKey(c) ?? crypto.randomUUID();
  return { idempotencyKey, waitMs: readWaitMs(c), dryRun, expectedPlanHash };
}

/** Which sizes may be lent is decided here, at the boundary; the object refuses what has none, once it knows its owner. */
function lentSizeOf(named: string): MachineSize | null {
  const preset = OverridePresetSchema.safeParse(named);
  return preset.success ? { ...OVERRIDE_PRESETS[preset.data] } : null;
}

function hardwareResponse(c: Context<AppContext>, answer: HardwareAnswer) {
  return 'plan' in answer ? c.json(answer, 200) : operationResponse(c, answer);
}
