/** What Postgres itself counts of the statements that a role sends, in a stack's own embedded one. */
import { openRegistry } from '@kiloclaw/db';
import { startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { z } from 'zod';
import { openDataFolder } from '../data-folder.ts';
import { withRegistry } from './registry.ts';

const CONTROL_PLANE_ROLE = 'kiloclaw_control_plane';

const StatementsSchema = z.array(z.object({ query: z.string(), calls: z.coerce.number().int() }));
export type Statement = z.infer<typeof StatementsSchema>[number];

export interface StatementCounts {
  /** Forgets what was counted so far. */
  reset(): Promise<void>;
  /** The control plane's statements since then: BEGIN and COMMIT too, with how often each was sent. */
  sent(): Promise<Statement[]>;
  /** How many instances the registry says are running, and how many audit rows there are. */
  arrived(): Promise<{ running: number; auditRows: number }>;
  close(): Promise<void>;
}

/**
 * Makes the database of a data folder that no stack runs on yet, and lets its server count from its next start on:
 * the counter has to be preloaded. Answers the superuser's connection string, whose port is another by then.
 */
export async function prepareCounting(dataDir: string): Promise<string> {
  const folder = await openDataFolder(dataDir);
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: folder.path('postgres') });
    try {
      await withRegistry(postgres.url, (db) =>
        db.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'"),
      );
    } finally {
      await postgres.stop();
    }
    return postgres.url;
  } finally {
    await folder.unlock();
  }
}

/** Opens the counter of a stack that is ready; `address` is what its endpoints say of the database. */
export async function openStatementCounts(superuserUrl: string, address: string): Promise<StatementCounts> {
  const url = Object.assign(new URL(superuserUrl), { host: address.split('/')[0] });
  const { db, close } = openRegistry(url.href);
  await db.execute('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return {
    close,
    reset: async () => void (await db.execute('SELECT pg_stat_statements_reset()')),
    sent: async () =>
      StatementsSchema.parse([
        ...((await db.execute<Record<string, unknown>>(
          `SELECT query, calls FROM pg_stat_statements
           JOIN pg_roles ON pg_roles.oid = userid WHERE rolname = '${CONTROL_PLANE_ROLE}' ORDER BY query`,
        )) as unknown as Iterable<unknown>),
      ]),
    arrived: async () => {
      const [row] = [
        ...((await db.execute<Record<string, unknown>>(
          `SELECT (SELECT count(*) FROM kiloclaw_instances WHERE status = 'running') AS running,
                  (SELECT count(*) FROM audit_log) AS "auditRows"`,
        )) as unknown as Iterable<unknown>),
      ];
      return z.object({ running: z.coerce.number(), auditRows: z.coerce.number() }).parse(row);
    },
  };
}
