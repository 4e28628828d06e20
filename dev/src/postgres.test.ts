import { describe, expect, it } from 'vitest';
import { checkDatabaseUrl, explainDatabaseError } from './postgres.ts';

const failure = (code: string) =>
  Object.assign(new Error('password hunter2 of postgres://u:hunter2@h/d'), { code });

describe('DATABASE_URL', () => {
  it.each(['postgres://u:p@127.0.0.1:5432/db', 'postgresql://u:p@db.example.com/db?sslmode=require'])(
    'may be %s',
    (url) => {
      expect(() => checkDatabaseUrl(url)).not.toThrow();
    },
  );

  it.each([
    '',
    'localhost:5432',
    'mysql://u:hunter2@h/db',
    'postgres://h/db',
    'postgres://u:hunter2@h',
    'postgres://u@h/db',
  ])('is refused without being repeated: %j', (url) => {
    expect(() => checkDatabaseUrl(url)).toThrow(/^DATABASE_URL is no Postgres address[^\n]*\.$/);
    expect(() => checkDatabaseUrl(url)).not.toThrow('hunter2');
  });
});

describe('a database that refuses', () => {
  it.each([
    ['ECONNREFUSED', "can't be reached"],
    ['CONNECT_TIMEOUT', "can't be reached"],
    ['28P01', 'refuses the user or the password'],
    ['3D000', 'does not exist'],
    ['42501', 'name its owner'],
    ['XX000', '(XX000)'],
  ])('is explained by what to do: %s', (code, words) => {
    for (const error of [failure(code), new Error('query failed', { cause: failure(code) })]) {
      const { message } = explainDatabaseError(error, 'h:5432/d');
      expect(message).toContain(words);
      expect(message).toContain('h:5432/d');
      expect(message).not.toContain('hunter2');
    }
  });
});
