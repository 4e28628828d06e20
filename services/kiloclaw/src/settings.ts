/** The control plane's configuration: one schema, parsed once. An empty value counts as absent. */
import { OFFERED_TIER_KEYS } from '@kiloclaw/instance-tiers';
import { ProviderIdSchema } from '@kiloclaw/platform-contract';
import {
  EnvironmentSetting,
  InternalApiKeySetting,
  MAKE_TEXT,
  readSettings as read,
  SECRET_MIN_LENGTH,
  SettingsError,
  setting,
} from '@kiloclaw/settings';
import { z } from 'zod';
import { ApiKeysSchema, EncryptionKeysSchema, entriesOf, list } from './key-settings.ts';
import { PROJECT_PREFIX_MAX_LENGTH } from './providers/northflank/names.ts';
import {
  DEFAULT_PLAN_VARIABLE,
  PLAN_VARIABLES,
  type PlanVariable,
  planVariableOf,
} from './providers/northflank/plan-choice.ts';
import { findPlan, PLANS } from './providers/northflank/plans.ts';

const LOWEST_PORT = 1_024;
const HIGHEST_PORT = 65_535;
/** About 23 days. */
const SWEEP_MOST_S = 2_000_000;

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const SweepIntervalSchema = z.coerce
  .number('must be a number of seconds')
  .positive('must be a number of seconds above 0')
  .max(SWEEP_MOST_S)
  .default(86_400);

/** A plan whose size is not known can't be given: the record would promise what nobody has looked up. */
const PlanIdSchema = z.string().refine((planId) => findPlan(planId) !== null, {
  error: `must be a deployment plan of Northflank's: ${PLANS.map(({ id }) => id).join(', ')}`,
});

const OFFERED_PLAN_VARIABLES: ReadonlySet<string> = new Set(OFFERED_TIER_KEYS.map(planVariableOf));

/** One for each tier. */
const PLAN_OF_TIER = Object.fromEntries(
  PLAN_VARIABLES.map((variable) => {
    const isOffered = OFFERED_PLAN_VARIABLES.has(variable);
    const schema = setting(PlanIdSchema.optional(), {
      group: 'Northflank',
      means: isOffered ? 'the plan of an offered tier' : 'the plan of a legacy tier',
      otherwise: isOffered ? `\`${DEFAULT_PLAN_VARIABLE}\`` : 'the smallest plan that holds it',
    });
    return [variable, schema];
  }),
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

/** Shown in dashboards as it is: nothing secret may stand in it. */
const CollectorUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => URL.parse(text)?.username === '' && URL.parse(text)?.password === '',
    'must hold no user and password: say them in OTEL_EXPORTER_OTLP_HEADERS',
  );

function decodePercent(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

export const SettingsSchema = z.object({
  KILOCLAW_ENV: EnvironmentSetting,
  KILOCLAW_FLEET_ID: setting(z.uuid(), {
    group: 'The installation',
    means: 'a UUID, made once for an installation (`uuidgen`): marks what is ours at every provider',
  }),
  KILOCLAW_INTERNAL_API_KEY: InternalApiKeySetting,
  KILOCLAW_API_KEYS: setting(ApiKeysSchema.default([]), {
    group: 'Keys',
    means: `further keys of the platform API, \`name:full:key\` or \`name:read:key\`, by commas; ${SECRET_MIN_LENGTH} characters or more each. \`kiloclaw keys create\` makes one. The entry \`internal:full:key\` stands beside \`KILOCLAW_INTERNAL_API_KEY\` while the console is given another key`,
    secret: {
      kind: 'made',
      make: MAKE_TEXT,
      encoding: 'text',
      within: (text) => entriesOf(text).flatMap((entry) => entry.split(':').slice(2)),
    },
  }),
  KILOCLAW_ENCRYPTION_KEYS: setting(EncryptionKeysSchema, {
    group: 'Keys',
    means:
      '`id:base64` of 32 bytes, by commas: the first one seals environment and secrets of instances, all of them open',
    secret: {
      kind: 'made',
      make: 'openssl rand -base64 32',
      encoding: 'base64',
      within: (text) => entriesOf(text).flatMap((entry) => entry.split(':').slice(1)),
    },
  }),
  KILOCLAW_METRICS_TOKEN: setting(z.string().min(SECRET_MIN_LENGTH).optional(), {
    group: 'Keys',
    means: `who asks for \`/metrics\` has it as a bearer token, ${SECRET_MIN_LENGTH} characters or more; without it there are none`,
    secret: { kind: 'made', make: MAKE_TEXT, encoding: 'text' },
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(CollectorUrlSchema.optional(), {
    group: 'Traces',
    means: 'where traces are sent, without `/v1/traces`; without it there are none',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: setting(HeadersSchema.default({}), {
    group: 'Traces',
    means: 'headers for the receiver of traces, `name=value`, by commas, the values percent-encoded',
    otherwise: 'none',
    secret: { kind: 'issued', by: 'the receiver of traces' },
  }),
  KILOCLAW_DEFAULT_IMAGE: setting(z.string().optional(), {
    group: 'Machines',
    means: 'the image of a provision that names none',
    otherwise: 'none; by `npm start` the demo image, where no token of a provider is set',
  }),
  KILOCLAW_MOUNT_PATH: setting(z.string().startsWith('/').default('/data'), {
    group: 'Machines',
    means: 'where a machine has its volume',
  }),
  KILOCLAW_MACHINE_PORT: setting(z.coerce.number().int().min(1).max(HIGHEST_PORT).default(8080), {
    group: 'Machines',
    means: 'the port that a machine listens on',
  }),
  KILOCLAW_SANDBOX_PROVIDERS: setting(list.pipe(z.array(ProviderIdSchema)).default([]), {
    group: 'The installation',
    means: 'providers that a simulator stands in for, by commas: people are told so',
    otherwise: 'none; those that `npm start` simulates',
  }),
  FLY_API_TOKEN: setting(z.string().optional(), {
    group: 'Fly',
    means: 'its API token; without it, Fly is not configured',
    otherwise: 'none; by `npm start` a simulator',
    secret: { kind: 'issued', by: 'Fly' },
  }),
  FLY_API_BASE_URL: setting(z.url({ protocol: /^https?$/ }).default('https://api.machines.dev'), {
    group: 'Fly',
    means: 'the server; `npm start` takes it together with `FLY_API_TOKEN` alone',
  }),
  FLY_ORG_SLUG: setting(z.string().default('personal'), { group: 'Fly', means: 'the organisation' }),
  FLY_REGION: setting(
    list.refine((regions) => regions.length > 0, 'must name at least one region').default(['iad']),
    { group: 'Fly', means: 'regions by commas, in order of preference' },
  ),
  FLY_APP_PREFIX: setting(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be 1–21 of a–z 0–9 -, beginning with a letter')
      .default('kc'),
    { group: 'Fly', means: "what the apps' names begin with, 1–21 of a–z 0–9 -" },
  ),
  NF_API_TOKEN: setting(z.string().optional(), {
    group: 'Northflank',
    means: 'its API token; without it, Northflank is not configured',
    otherwise: 'none; by `npm start` a simulator, where no token of Fly is set either',
    secret: { kind: 'issued', by: 'Northflank' },
  }),
  NF_API_BASE_URL: setting(z.url({ protocol: /^https?$/ }).default('https://api.northflank.com'), {
    group: 'Northflank',
    means: 'the server; `npm start` takes it together with `NF_API_TOKEN` alone',
  }),
  NF_TEAM_ID: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the id of a team: A–Z a–z 0–9 -')
      .optional(),
    {
      group: 'Northflank',
      means:
        "the id of the team, where the token is an organisation's: such a token reaches projects through their team alone",
    },
  ),
  NF_REGION: setting(
    z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, 'must be the id of a region: a–z 0–9 -')
      .default('us-east1'),
    { group: 'Northflank', means: 'the region of a provision that names none' },
  ),
  NF_PROJECT_PREFIX: setting(
    z
      .string()
      .max(PROJECT_PREFIX_MAX_LENGTH)
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be of a–z 0–9 and single -, beginning with a letter')
      .default('kc'),
    {
      group: 'Northflank',
      means: `what names begin with: at most ${PROJECT_PREFIX_MAX_LENGTH} of a–z 0–9 and single -`,
    },
  ),
  [DEFAULT_PLAN_VARIABLE]: setting(PlanIdSchema.optional(), {
    group: 'Northflank',
    means: 'the plan of offered tiers that have none of their own',
    otherwise: 'none: such a tier is refused; by `npm start` plans of the simulator’s choice',
  }),
  ...PLAN_OF_TIER,
  NF_VOLUME_SIZE_MB: setting(
    z.coerce.number().int().positive().multipleOf(1_024, 'must be whole GB, of 1,024 MB each').optional(),
    {
      group: 'Northflank',
      means: 'the size of a volume where none is known, in whole GB of 1,024 MB; never taken where one is',
      unit: 'MB',
    },
  ),
  NF_STORAGE_CLASS: setting(z.string().optional(), {
    group: 'Northflank',
    means: 'the storage class of volumes',
    otherwise: "the cluster's own",
  }),
  NF_ACCESS_MODE: setting(z.enum(['ReadWriteOnce', 'ReadWriteMany']).default('ReadWriteOnce'), {
    group: 'Northflank',
    means: '`ReadWriteOnce` or `ReadWriteMany`; with the latter a resize needs a stop',
  }),
  NF_REQUESTS_PER_HOUR: setting(z.coerce.number().int().min(100).max(1_000_000).default(1_000), {
    group: 'Northflank',
    means: 'what the account may send, 100 to 1,000,000; the default is Northflank’s own',
    unit: 'requests an hour',
  }),
  DOCKER_LOCAL_PORT_RANGE: setting(PortRangeSchema.default({ first: 28_000, last: 28_999 }), {
    group: 'Container engine (docker-local)',
    means:
      "ports of the engine's host that machines are reached on, `first-last`, from 1024 on; one each, for good",
    otherwise: '`28000-28999`',
  }),
  DOCKER_LOCAL_HOST_ADDRESS: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be the name or address of a host')
      .default('127.0.0.1'),
    {
      group: 'Container engine (docker-local)',
      means:
        "where others reach the engine's host. Other than its loopback, machines listen on all of its addresses",
      otherwise: '`127.0.0.1`; by `npm start` the host of `DOCKER_HOST`',
    },
  ),
  DOCKER_LOCAL_CLAMP: setting(
    z
      .enum(['true', 'false'])
      .default('false')
      .transform((value) => value === 'true'),
    {
      group: 'Container engine (docker-local)',
      means:
        '`true`: a host that is smaller than a size gives what it has, with the finding `clamped`; `false`: it refuses',
    },
  ),
  RECONCILE_RUNNING_S: setting(seconds(300), {
    group: 'Looks at machines',
    means:
      "from one look at a running instance to the next; longer where the provider's rate for the account asks for it",
    unit: 's',
  }),
  RECONCILE_IDLE_S: setting(seconds(1800), {
    group: 'Looks at machines',
    means: 'the same for one at rest',
    unit: 's',
  }),
  RECONCILE_BUSY_S: setting(seconds(60), {
    group: 'Looks at machines',
    means: 'after how long the alarm takes over what a process is at, should that have ended',
    unit: 's',
  }),
  LIVE_CHECK_S: setting(seconds(30), {
    group: 'Looks at machines',
    means: 'at most one look in this time because somebody asks',
    unit: 's',
  }),
  KILOCLAW_SWEEP_S: setting(SweepIntervalSchema, {
    group: 'Looks at machines',
    means: 'from the beginning of one round over all instances to the next',
    unit: 's',
  }),
  OPERATION_WAIT_S: setting(z.coerce.number().min(0).max(300).default(60), {
    group: 'Machines',
    means: 'how long an answer waits for its operation without `Prefer: wait=`; 0 to 300',
    unit: 's',
  }),
});
export type Settings = z.output<typeof SettingsSchema>;

/** Throws `SettingsError`: a sentence for each variable that is wrong, without its value. */
export function readSettings(
  source: Readonly<Record<string, unknown>>,
  madeForDevelopment: readonly string[] = [],
): Settings {
  const settings = read(SettingsSchema, source, madeForDevelopment);
  if (settings.KILOCLAW_API_KEYS.some(({ key }) => key === settings.KILOCLAW_INTERNAL_API_KEY)) {
    throw new SettingsError(
      "The configuration can't be used: KILOCLAW_API_KEYS: holds KILOCLAW_INTERNAL_API_KEY itself: make another key with `kiloclaw keys create`.",
    );
  }
  return settings;
}
