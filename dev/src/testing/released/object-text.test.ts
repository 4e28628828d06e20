import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectToText, textToObject } from './object-text.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'kiloclaw-text-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

it('an object comes back from its text with every row, time, blob and sequence', () => {
  const [first, second] = [join(scratch, 'first.sqlite'), join(scratch, 'second.sqlite')];
  const database = new DatabaseSync(first);
  database.exec(`
    CREATE TABLE operations (sequence INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT, body TEXT);
    CREATE UNIQUE INDEX one_unfinished ON operations ((1)) WHERE status = 'running';
    INSERT INTO operations (status, body) VALUES ('done', 'it''s; -- a
line'), ('running', NULL), ('gone', '');
    DELETE FROM operations WHERE status = 'gone';
    CREATE TABLE _cf_ALARM (actor_id TEXT PRIMARY KEY, scheduled_time INTEGER, value BLOB) WITHOUT ROWID;
    INSERT INTO _cf_ALARM VALUES ('one', 1795475213283000001, X'00ff0d0a');`);
  database.close();
  textToObject(objectToText(first), second);
  expect(objectToText(second)).toBe(objectToText(first));
  expect(objectToText(second)).toContain('1795475213283000001');
  const again = new DatabaseSync(second);
  again.exec("INSERT INTO operations (status) VALUES ('done')");
  expect(again.prepare('SELECT max(sequence) AS last FROM operations').get()).toEqual({ last: 4 });
  expect(() => again.exec("INSERT INTO operations (status) VALUES ('running')")).toThrow();
  again.close();
});
