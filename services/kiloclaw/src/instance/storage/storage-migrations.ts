/**
 * Append-only migrations of an object's own SQLite. An id that has been released is never changed or
 * taken away: objects of every earlier version are carried forward by the ones that follow.
 */
import type { InstanceStorage } from './instance-storage.ts';

export interface StorageMigration {
  readonly id: number;
  readonly statements: readonly string[];
}

export const STORAGE_MIGRATIONS: readonly StorageMigration[] = [
  {
    id: 1,
    statements: [
      `CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      )`,
      `CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      )`,
      // Two unfinished operations at once can't even be stored.
      `CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck')`,
      `CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      )`,
    ],
  },
];

/** Whether anything was ever stored here: an empty object must stay empty. */
export function hasTables(storage: InstanceStorage): boolean {
  return (
    storage.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'storage_migrations'")
      .length > 0
  );
}

/**
 * Brings the object's tables to the newest version; what has been applied is left alone. Tables of a newer
 * release than this one stay as they are: changes are additive, so that the release before can read them.
 */
export function migrateStorage(
  storage: InstanceStorage,
  migrations: readonly StorageMigration[] = STORAGE_MIGRATIONS,
): void {
  storage.exec('CREATE TABLE IF NOT EXISTS storage_migrations (id INTEGER PRIMARY KEY)');
  const applied = new Set(
    storage.exec<{ id: number }>('SELECT id FROM storage_migrations').map((row) => row.id),
  );
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    storage.transaction(() => {
      for (const statement of migration.statements) storage.exec(statement);
      storage.exec('INSERT INTO storage_migrations (id) VALUES (?)', migration.id);
    });
  }
}
