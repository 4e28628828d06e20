/** The variables that `npm start` reads itself; those that it hands on stand with the control plane and the console. */
import { SettingsSchema as ControlPlaneSchema } from '@kiloclaw/control-plane/settings';
import { readSettings, SettingsError, setting } from '@kiloclaw/settings';
import { z } from 'zod';
import { StartError } from './start-error.ts';

export const DEFAULT_WEB_PORT = 4400;
export const DEFAULT_API_PORT = 4401;
export const PORT_MAX = 65_535;

/** 0 takes any free one. */
export const PortSchema = z
  .string()
  .regex(/^\d{1,5}$/, `must be a port from 0 (any free one) to ${PORT_MAX}`)
  .transform(Number)
  .refine((port) => port <= PORT_MAX, `must be a port from 0 (any free one) to ${PORT_MAX}`);

export const StartSettingsSchema = z.object({
  DATABASE_URL: setting(z.string().optional(), {
    group: 'This machine',
    means:
      'a Postgres of your own, `postgres://user:password@host:port/database`, as the owner of the database with `CREATEROLE`: it makes a user each for control plane and console',
    otherwise: 'an embedded one',
    secret: { kind: 'issued', by: 'whoever runs the database' },
  }),
  KILOCLAW_WEB_PORT: setting(PortSchema.default(DEFAULT_WEB_PORT), {
    group: 'This machine',
    means: 'port of the console on 127.0.0.1',
  }),
  KILOCLAW_API_PORT: setting(PortSchema.optional(), {
    group: 'This machine',
    means: 'port of the platform API on 127.0.0.1',
    otherwise: `\`${DEFAULT_API_PORT}\`; the one after the console's where that is chosen with \`--port\``,
  }),
  KILOCLAW_ADMIN_EMAIL: setting(z.email().default('admin@example.com'), {
    group: 'This machine',
    means:
      'address of the first admin, who is made where there is none; in production it has no default, and they get a one-time link',
  }),
  KILOCLAW_DATA_DIR: setting(z.string().optional(), {
    group: 'This machine',
    means: 'where everything is kept',
    otherwise: '`.kiloclaw` in the repository',
  }),
  DOCKER_HOST: setting(z.string().optional(), {
    group: 'Container engine (docker-local)',
    means: 'the engine, `unix://…` or `tcp://…` without TLS; without an engine docker-local is off',
    otherwise: '`unix:///var/run/docker.sock`',
  }),
  KILOCLAW_SWEEP_S: ControlPlaneSchema.shape.KILOCLAW_SWEEP_S,
});
export type StartSettings = z.output<typeof StartSettingsSchema>;

/** Throws `StartError`, with every variable that is wrong by its name and without its value. */
export function readStartSettings(env: Readonly<Record<string, string | undefined>>): StartSettings {
  try {
    return readSettings(StartSettingsSchema, env);
  } catch (error) {
    if (error instanceof SettingsError) throw new StartError(error.message);
    throw error;
  }
}
