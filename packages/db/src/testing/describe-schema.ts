/** What a release's statements can rely on in a database, a line each. */
import postgres from 'postgres';
import { z } from 'zod';

const LinesSchema = z.array(z.object({ line: z.string() }));

const DESCRIBE = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || udt_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
      || coalesce(' DEFAULT ' || column_default, '') AS line
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  UNION ALL SELECT 'unique index ' || indexrelid::regclass || ' ' || pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'function ' || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ') ' || pg_get_function_result(pg_proc.oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  UNION ALL SELECT 'right ' || grantee || ' ' || privilege_type || ' ' || table_name || '.' || column_name
    FROM information_schema.column_privileges WHERE table_schema = 'public' AND grantee LIKE 'kiloclaw%'
  UNION ALL SELECT 'right ' || grantee || ' ' || privilege_type || ' ' || table_name
    FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee LIKE 'kiloclaw%'
  ORDER BY line`;

/** In order. `databaseUrl` is the owner's. */
export async function describeSchema(databaseUrl: string): Promise<string[]> {
  const client = postgres(databaseUrl, { max: 1, fetch_types: false });
  try {
    return LinesSchema.parse([...(await client.unsafe(DESCRIBE))]).map(({ line }) => line);
  } finally {
    await client.end();
  }
}
