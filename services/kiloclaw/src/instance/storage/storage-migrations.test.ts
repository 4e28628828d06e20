import { describe, expect, it } from 'vitest';
import { NodeStorage } from '../testing/node-storage.ts';
import { hasTables, migrateStorage, STORAGE_MIGRATIONS } from './storage-migrations.ts';

const next = {
  id: STORAGE_MIGRATIONS.length + 1,
  statements: ['CREATE TABLE later (id INTEGER PRIMARY KEY)'],
};

describe('the storage migrations', () => {
  it('have ids that count up from one', () => {
    expect(STORAGE_MIGRATIONS.map(({ id }) => id)).toEqual(STORAGE_MIGRATIONS.map((_, index) => index + 1));
  });

  it('do nothing the second time', () => {
    const nodeStorage = new NodeStorage();
    const storage = nodeStorage.open();
    expect(hasTables(storage)).toBe(false);
    migrateStorage(storage);
    expect(hasTables(storage)).toBe(true);
    const before = [nodeStorage.rowsWritten, nodeStorage.segments];
    migrateStorage(storage);
    expect([nodeStorage.rowsWritten, nodeStorage.segments]).toEqual(before);
  });

  it('add what is new, and keep what was stored', () => {
    const storage = new NodeStorage().open();
    migrateStorage(storage);
    storage.exec("INSERT INTO outbox (audit_id, payload) VALUES ('one', '{}')");
    migrateStorage(storage, [...STORAGE_MIGRATIONS, next]);
    expect(storage.exec('SELECT audit_id FROM outbox')).toEqual([{ audit_id: 'one' }]);
    expect(storage.exec('SELECT * FROM later')).toEqual([]);
    migrateStorage(storage);
    expect(storage.exec('SELECT id FROM storage_migrations ORDER BY id').at(-1)).toEqual({ id: next.id });
  });

  it('apply a migration as a whole or not at all', () => {
    const storage = new NodeStorage().open();
    const broken = { id: next.id, statements: [...next.statements, 'CREATE NONSENSE'] };
    expect(() => migrateStorage(storage, [...STORAGE_MIGRATIONS, broken])).toThrow();
    migrateStorage(storage, [...STORAGE_MIGRATIONS, next]);
    expect(storage.exec('SELECT * FROM later')).toEqual([]);
  });

  it('make a second unfinished operation impossible to store', () => {
    const storage = new NodeStorage().open();
    migrateStorage(storage);
    const insert = 'INSERT INTO operations (id, kind, status, body) VALUES (?, ?, ?, ?)';
    storage.exec(insert, 'one', 'start', 'running', '{}');
    expect(() => storage.exec(insert, 'two', 'stop', 'stuck', '{}')).toThrow();
    storage.exec(insert, 'three', 'stop', 'succeeded', '{}');
  });
});
