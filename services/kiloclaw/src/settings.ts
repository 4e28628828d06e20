/** The control plane's configuration: one schema, parsed once. An empty value counts as absent. */
import { ProviderIdSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { PROJECT_PREFIX_MAX_LENGTH } from './providers/northflank/names.ts';
import {
  DEFAULT_PLAN_VARIABLE,
  PLAN_VARIABLES,
  type PlanVariable,
} from './providers/northflank/plan-choice.ts';
import { findPlan, PLANS } from './providers/northflank/plans.ts';

const SECRET_MIN_LENGTH = 24;
const ENCRYPTION_KEY_BYTES = 32;
const LOWEST_PORT = 1_024;
const HIGHEST_PORT = 65_535;
/** About 23 days. */
const SWEEP_MOST_S = 2_000_000;

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

export interface ApiKey {
  readonly name: string;
  readonly scope: 'full' | 'read';
  readonly key: string;
}

/** `name:scope:key`, several separated by commas. */
const ApiKeysSchema = list.transform((entries, context): ApiKey[] =>
  entries.flatMap((entry) => {
    const [name, scope, key] = entry.split(':');
    const sound = /^[A-Za-z0-9_-]{1,64}$/.test(name ?? '') && (key?.length ?? 0) >= SECRET_MIN_LENGTH;
    if (!sound || name === undefined || key === undefined || (scope !== 'full' && scope !== 'read')) {
      context.addIssue(
        `each entry must be name:full:key or name:read:key, the key with ${SECRET_MIN_LENGTH} characters or more`,
      );
      return [];
    }
    return [{ name, scope, key }];
  }),
);

export interface EncryptionKey {
  readonly id: string;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** `id:base64`, several separated by commas; the first one seals, all of them open. */
const EncryptionKeysSchema = list
  .transform((entries, context): EncryptionKey[] =>
    entries.flatMap((entry) => {
      const [id, encoded] = entry.split(':');
      const secret = encoded === undefined ? undefined : decodeBase64(encoded);
      if (id === undefined || !/^[A-Za-z0-9_-]{1,32}$/.test(id) || secret?.length !== ENCRYPTION_KEY_BYTES) {
        context.addIssue(`each entry must be id:base64, with ${ENCRYPTION_KEY_BYTES} bytes of key`);
        return [];
      }
      return [{ id, secret }];
    }),
  )
  .refine((keys) => keys.length > 0, 'must hold at least one key');

function decodeBase64(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** A plan whose size is not known can't be given: the record would promise what nobody has looked up. */
const PlanIdSchema = z.string().refine((planId) => findPlan(planId) !== null, {
  error: `must be a deployment plan of Northflank's: ${PLANS.map(({ id }) => id).join(', ')}`,
});

/** One for each tier. */
const PLAN_OF_TIER = Object.fromEntries(
  PLAN_VARIABLES.map((variable) => [variable, PlanIdSchema.optional()]),
) as Record<PlanVariable, z.ZodOptional<typeof PlanIdSchema>>;

/** `first-last`, both included; the ports below are the system's own. */
const PortRangeSchema = z.string().transform((text, context) => {
  const [, first, last] = (/^([0-9]{4,5})-([0-9]{4,5})$/.exec(text) ?? []).map(Number);
  const isSound = first !== undefined && last !== undefined;
  if (isSound && LOWEST_PORT <= first && first <= last && last <= HIGHEST_PORT) return { first, last };
  context.addIssue(`must be first-last, two ports from ${LOWEST_PORT} to ${HIGHEST_PORT}`);
  return z.NEVER;
});

/** `name=value`, several separated by commas, the values percent-encoded: as OpenTelemetry has it. */
const HeadersSchema = list.transform((entries, context): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const entry of entries) {
    const [, name, encoded] = /^([A-Za-z0-9-]{1,64})=([^,]*)$/.exec(entry) ?? [];
    const value = encoded === undefined ? undefined : decodePercent(encoded);
    if (name === undefined || value === undefined || !/^[\x20-\x7e]+$/.test(value))
      context.addIssue('each entry must be name=value, the value percent-encoded');
    else headers[name] = value;
  }
  return headers;
});

function decodePercent(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

export const SettingsSchema = z.object({
  KILOCLAW_ENV: z.enum(['development', 'production']).default('production'),
  /** Made once per installation: marks what is ours at every provider. */
  KILOCLAW_FLEET_ID: z.uuid(),
  KILOCLAW_INTERNAL_API_KEY: z.string().min(SECRET_MIN_LENGTH),
  KILOCLAW_API_KEYS: ApiKeysSchema.default([]),
  KILOCLAW_ENCRYPTION_KEYS: EncryptionKeysSchema,
  /** Whoever asks for `/metrics` has it; without it there are none. */
  KILOCLAW_METRICS_TOKEN: z.string().min(SECRET_MIN_LENGTH).optional(),
  /** Where traces are sent, without `/v1/traces`; without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: HeadersSchema.default({}),
  KILOCLAW_DEFAULT_IMAGE: z.string().optional(),
  KILOCLAW_MOUNT_PATH: z.string().startsWith('/').default('/data'),
  KILOCLAW_MACHINE_PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  /** Providers that a simulator stands in for: people are told so. */
  KILOCLAW_SANDBOX_PROVIDERS: list.pipe(z.array(ProviderIdSchema)).default([]),
  FLY_API_TOKEN: z.string().optional(),
  FLY_API_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.machines.dev'),
  FLY_ORG_SLUG: z.string().default('personal'),
  FLY_REGION: list.refine((regions) => regions.length > 0, 'must name at least one region').default(['iad']),
  FLY_APP_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be 1–21 of a–z 0–9 -, beginning with a letter')
    .default('kc'),
  /** What the account may send; Northflank's own default. */
  NF_REQUESTS_PER_HOUR: z.coerce.number().int().min(100).max(1_000_000).default(1_000),
  NF_API_TOKEN: z.string().optional(),
  NF_API_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.northflank.com'),
  /** For the token of an organisation, which reaches projects through their team alone. */
  NF_TEAM_ID: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the id of a team: A–Z a–z 0–9 -')
    .optional(),
  NF_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be the id of a region: a–z 0–9 -')
    .default('us-east1'),
  NF_PROJECT_PREFIX: z
    .string()
    .max(PROJECT_PREFIX_MAX_LENGTH)
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be of a–z 0–9 and single -, beginning with a letter')
    .default('kc'),
  [DEFAULT_PLAN_VARIABLE]: PlanIdSchema.optional(),
  ...PLAN_OF_TIER,
  NF_VOLUME_SIZE_MB: z.coerce
    .number()
    .int()
    .positive()
    .multipleOf(1_024, 'must be whole GB, of 1,024 MB each')
    .optional(),
  /** The cluster's own choice where it isn't set. */
  NF_STORAGE_CLASS: z.string().optional(),
  NF_ACCESS_MODE: z.enum(['ReadWriteOnce', 'ReadWriteMany']).default('ReadWriteOnce'),
  /** Ports of the engine's host that machines are reached on: one each, for good. */
  DOCKER_LOCAL_PORT_RANGE: PortRangeSchema.default({ first: 28_000, last: 28_999 }),
  /** The engine's host, as others reach it; other than its loopback, machines listen on all of its addresses. */
  DOCKER_LOCAL_HOST_ADDRESS: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be the name or address of a host')
    .default('127.0.0.1'),
  DOCKER_LOCAL_CLAMP: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  RECONCILE_RUNNING_S: seconds(300),
  RECONCILE_IDLE_S: seconds(1800),
  RECONCILE_BUSY_S: seconds(60),
  LIVE_CHECK_S: seconds(30),
  /** From the beginning of one round of the sweep to the next. */
  KILOCLAW_SWEEP_S: z.coerce.number().positive().max(SWEEP_MOST_S).default(86_400),
  OPERATION_WAIT_S: z.coerce.number().min(0).max(300).default(60),
});
export type Settings = z.output<typeof SettingsSchema>;

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Parses bindings or environment variables. Throws one sentence for each variable that is wrong; never its value. */
export function readSettings(source: Readonly<Record<string, unknown>>): Settings {
  const given = Object.keys(SettingsSchema.shape)
    .map((name) => [name, source[name]] as const)
    .filter(([, value]) => value !== undefined && value !== '');
  const parsed = SettingsSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsError(`The configuration can't be used: ${sentences.join('; ')}.`);
}
