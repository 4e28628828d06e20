/** The entry of the control-plane Worker. */
import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { writeFleetFigures } from './metrics/scheduled.ts';
import { sweepFleet } from './sweep/sweep.ts';

export { InstanceObject } from './instance/instance-object.ts';
export { ProviderGate } from './providers/gate/provider-gate.ts';
export { RegistryWriter } from './registry/registry-writer.ts';
export { SweepKeeper } from './sweep/sweep-keeper.ts';

const app = createApp();

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  scheduled: async (_controller, env) => {
    await writeFleetFigures(env);
    await sweepFleet(env);
  },
} satisfies ExportedHandler<Env>;
