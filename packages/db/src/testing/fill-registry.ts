/** A large registry in seconds: rows that Postgres makes itself, spread plausibly, for measurements and plans. */
import { INSTANCE_TIERS } from '@kiloclaw/instance-tiers';
import { DRIFT_KINDS } from '@kiloclaw/platform-contract';
import postgres from 'postgres';

export interface RegistrySize {
  readonly instances: number;
  /** Owners `user-1`, `user-2` …, with the addresses `user-1@example.com` …; three admins come besides. */
  readonly users: number;
  /** Rows of the audit log over the last 60 days, two an operation. */
  readonly auditRows: number;
}

const ADMINS = 3;
/** Of them each operation of the log has one, so that some instances have a long history. */
const INSTANCES_WITH_HISTORY_MAX = 20_000;

/** `databaseUrl` is the owner's, of a database with the newest schema. What is there already stays. */
export async function fillRegistry(databaseUrl: string, size: RegistrySize): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await fillUsers(sql, size);
    await fillInstances(sql, size);
    await fillAudit(sql, size);
    // Figures for the planner, and the map that index-only scans go by: both come late after a flood of rows.
    await sql`VACUUM ANALYZE users`;
    await sql`VACUUM ANALYZE kiloclaw_instances`;
    await sql`VACUUM ANALYZE audit_log`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function fillUsers(sql: postgres.Sql, { users }: RegistrySize): Promise<void> {
  await sql`INSERT INTO users (id, contact_email, created_at)
    SELECT 'user-' || n, 'user-' || n || '@example.com', now() - (${users} - n) * interval '400 days' / ${users}
    FROM generate_series(1, ${users}::int) n ON CONFLICT DO NOTHING`;
  await sql`INSERT INTO users (id, name, email, role)
    SELECT 'admin-' || n, 'Admin ' || n, 'admin-' || n || '@example.com', 'admin'
    FROM generate_series(1, ${ADMINS}::int) n ON CONFLICT DO NOTHING`;
}

/** What there is of each kind in a hundred; multiples of primes spread the kinds apart from each other and from time. */
async function fillInstances(sql: postgres.Sql, { instances, users }: RegistrySize): Promise<void> {
  const sizes = sql.json([
    ...INSTANCE_TIERS.map(({ key, machineSize, volumeSizeGb }) => ({ key, ...machineSize, volumeSizeGb })),
    { key: 'custom', cpus: 2, memory_mb: 6_144, cpu_kind: 'performance', volumeSizeGb: 15 },
  ]);
  await sql`
    INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, name, region, instance_type, cpus, memory_mb,
      cpu_kind, volume_size_gb, admin_size_override, status, machine_id, drift_kinds, tracked_image_tag,
      registry_version, created_at, updated_at, destroyed_at)
    SELECT id, 'user-' || 1 + n * 31 % ${users}, 'kc-' || replace(id::text, '-', ''),
      CASE WHEN n * 7 % 100 < 70 THEN 'fly' WHEN n * 7 % 100 < 90 THEN 'docker-local' ELSE 'northflank' END,
      'gateway-' || n, (ARRAY['ams', 'fra', 'iad', 'sin'])[1 + n % 4], size.key, size.cpus, size.memory_mb,
      size.cpu_kind, size."volumeSizeGb",
      CASE WHEN n * 13 % 1009 < 10 AND status <> 'destroyed' THEN jsonb_strip_nulls(jsonb_build_object(
        'machineSize', jsonb_build_object('cpus', 4, 'memory_mb', 16384, 'cpu_kind', 'performance'),
        'preset', 'perf-4-16', 'reason', 'A launch', 'actorId', 'admin-' || 1 + n % ${ADMINS},
        'setAt', to_char(now() AT TIME ZONE 'UTC' - n % 30 * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'expiresAt', CASE WHEN n % 3 = 0 THEN
          to_char(now() AT TIME ZONE 'UTC' + interval '7 days', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END)) END,
      status, 'machine-' || n,
      CASE WHEN n * 17 % 1013 < 20 THEN ARRAY[(string_to_array(${DRIFT_KINDS.join()}, ','))[1 + n % ${DRIFT_KINDS.length}]] ELSE '{}' END,
      'v1', 1, made_at, least(made_at + n % 90 * interval '1 day', now()),
      CASE WHEN status = 'destroyed' THEN least(made_at + n % 90 * interval '1 day', now()) END
    FROM (
      SELECT n::bigint AS n, gen_random_uuid() AS id, now() - (${instances} - n) * interval '400 days' / ${instances} AS made_at,
        (CASE WHEN n * 11 % 200 < 150 THEN 'running' WHEN n * 11 % 200 < 186 THEN 'stopped'
          WHEN n * 11 % 200 < 190 THEN 'provisioned' WHEN n * 11 % 200 = 190 THEN 'provisioning'
          WHEN n * 11 % 200 = 191 THEN 'destroying' ELSE 'destroyed' END) AS status,
        (CASE WHEN n * 19 % 100 < 60 THEN 'perf-1-3' WHEN n * 19 % 100 < 80 THEN 'perf-4-8'
          WHEN n * 19 % 100 < 88 THEN 'perf-4-16' WHEN n * 19 % 100 < 93 THEN 'shared-2-3'
          WHEN n * 19 % 100 < 96 THEN 'shared-2-4' WHEN n * 19 % 100 < 99 THEN 'custom' END) AS type
      FROM generate_series(1, ${instances}::int) n
    ) AS made
    LEFT JOIN jsonb_to_recordset(${sizes})
      AS size (key text, cpus int, memory_mb int, cpu_kind text, "volumeSizeGb" int) ON size.key = made.type`;
}

/** Each operation asks and ends; one in fifty lends a size, and every other time the next one takes it back. */
async function fillAudit(sql: postgres.Sql, { auditRows }: RegistrySize): Promise<void> {
  const operations = Math.ceil(auditRows / 2);
  const [counted] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM kiloclaw_instances`;
  const places = Math.min(counted?.count ?? 0, INSTANCES_WITH_HISTORY_MAX);
  if (places === 0) return;
  await sql`
    INSERT INTO audit_log (id, at, actor_id, actor_kind, action, target_user_id, instance_id, operation_id, request_id,
      outcome, before, after, metadata)
    SELECT operation || ':' || CASE outcome WHEN 'requested' THEN 'requested' ELSE 'outcome' END,
      now() - (${operations} - n) * interval '60 days' / ${operations}
        + CASE outcome WHEN 'requested' THEN interval '0' ELSE interval '5 ms' END,
      CASE n % 3 WHEN 0 THEN 'admin-' || 1 + n % ${ADMINS} WHEN 1 THEN user_id ELSE 'sweep' END,
      CASE n % 3 WHEN 0 THEN 'admin' WHEN 1 THEN 'customer' ELSE 'system' END,
      action, user_id, instance_id, operation, 'request-' || n, outcome, before,
      CASE outcome WHEN 'requested' THEN NULL ELSE before || jsonb_build_object('lentSize',
        CASE action WHEN 'set_override' THEN lent END) END,
      CASE WHEN outcome = 'requested' AND action = 'set_override' THEN jsonb_build_object('asked', jsonb_build_object(
        'apply', 'manual', 'override', jsonb_build_object('machineSize', lent, 'preset', 'perf-4-16'))) END
    FROM (
      SELECT n, 'fill-' || gen_random_uuid() AS operation, owner.user_id, owner.id AS instance_id,
        jsonb_build_object('instanceType', 'perf-1-3', 'volumeSizeGb', 10, 'machineSize',
          jsonb_build_object('cpus', 1, 'memory_mb', 3072, 'cpu_kind', 'performance')) AS before,
        jsonb_build_object('cpus', 4, 'memory_mb', 16384, 'cpu_kind', 'performance') AS lent,
        CASE WHEN n % 50 = 0 THEN 'set_override' WHEN n % 100 = 51 THEN 'clear_override'
          ELSE (ARRAY['start', 'stop', 'restart', 'resize', 'extend_volume', 'provision', 'destroy'])[1 + n % 7] END AS action,
        CASE WHEN n % 40 = 7 THEN 'failed' ELSE 'succeeded' END AS ending
      FROM generate_series(1, ${operations}::int) n
      JOIN (SELECT row_number() OVER () - 1 AS place, id, user_id
        FROM (SELECT id, user_id FROM kiloclaw_instances LIMIT ${places}) AS chosen) AS owner
        ON owner.place = n / 2 % ${places}
    ) AS operations
    CROSS JOIN LATERAL (VALUES ('requested'), (ending)) AS told (outcome)`;
}
