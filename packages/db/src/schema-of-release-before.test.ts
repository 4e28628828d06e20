/** The migrated database still serves the statements of release 0.1.0, so that it can be gone back to. */
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSchema } from './testing/describe-schema.ts';
import { createTestCluster, type TestCluster } from './testing.ts';

/** As `describeSchema` told it of a database of that release: never changed. */
const FROZEN = new URL('./testing/released/0.1.0/schema.txt', import.meta.url);
/** Lines of 0.1.0 that are gone for a constraint that lets through all that the old one did, and more. */
const WIDENED: readonly string[] = [];

let cluster: TestCluster;
let before: string[];
beforeAll(async () => {
  cluster = await createTestCluster();
  before = (await readFile(FROZEN, 'utf8')).trimEnd().split('\n');
}, 60_000);
afterAll(() => cluster?.stop());

const tableOf = (line: string) => /^(?:column|constraint|right \w+ \w+) (\w+)/.exec(line)?.[1];

/** What of a schema would stop a statement of 0.1.0. */
function obstaclesIn(today: readonly string[]): string[] {
  const tables = new Set(before.filter((line) => line.startsWith('column ')).map(tableOf));
  const gone = before.filter((line) => !today.includes(line) && !WIDENED.includes(line));
  const added = today.filter((line) => !before.includes(line));
  const inTheWay = added.filter((line) => {
    const isOfOldTable = [...tables].some((table) => new RegExp(`\\b${table}\\b`).test(line));
    // A column that it does not know, it leaves out of its inserts.
    if (line.startsWith('column ')) return isOfOldTable && / NOT NULL$/.test(line);
    return isOfOldTable && /^(constraint|unique index|trigger) /.test(line);
  });
  return [...gone.map((line) => `gone: ${line}`), ...inTheWay.map((line) => `in the way: ${line}`)];
}

async function changed(statement: string): Promise<string[]> {
  const { url } = await cluster.createDatabase();
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await client.unsafe(statement);
  await client.end();
  return obstaclesIn(await describeSchema(url));
}

describe('the newest schema', () => {
  test('has every column, function and right that 0.1.0 names, and asks for nothing that it does not give', async () => {
    const { url } = await cluster.createDatabase();
    expect(before.length).toBeGreaterThan(150);
    expect(obstaclesIn(await describeSchema(url))).toEqual([]);
  });

  test.each([
    ['ALTER TABLE kiloclaw_instances DROP COLUMN machine_id'],
    ['ALTER TABLE kiloclaw_instances RENAME COLUMN status TO state'],
    ['ALTER TABLE rate_limits ALTER COLUMN count TYPE bigint'],
    ['ALTER TABLE users ADD COLUMN plan text NOT NULL'],
    ['ALTER TABLE users ADD CONSTRAINT named CHECK (name <> $$$$)'],
    ['CREATE UNIQUE INDEX one_name ON kiloclaw_instances (name)'],
    ['ALTER TABLE kiloclaw_instances ALTER COLUMN name SET NOT NULL'],
    ['REVOKE SELECT ON kiloclaw_instances FROM kiloclaw_web'],
    ['DROP TABLE rate_limits'],
  ])('would not be, after %s', async (statement) => {
    expect(await changed(statement)).not.toEqual([]);
  });

  test.each([
    ['ALTER TABLE users ADD COLUMN plan text'],
    [`ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free'`],
    ['CREATE TABLE plans (id text PRIMARY KEY, owner text NOT NULL)'],
    ['CREATE INDEX more ON users (name)'],
  ])('would still be, after %s', async (statement) => {
    expect(await changed(statement)).toEqual([]);
  });
});
