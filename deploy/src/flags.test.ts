import { describe, expect, it } from 'vitest';
import { readFlags, USAGE } from './flags.ts';

const read = (...args: string[]) => readFlags(args, '/srv');

describe('the flags of a deploy', () => {
  it('change something by default, and name files from where the person stood', () => {
    expect(read()).toEqual({ envFiles: [], dryRun: false, renewPasswords: false, help: false });
    expect(read('--env-file', 'a.env', '--env-file=/etc/b.env', '--dry-run')).toMatchObject({
      envFiles: ['/srv/a.env', '/etc/b.env'],
      dryRun: true,
    });
    expect(read('--renew-database-passwords', '--help')).toMatchObject({ renewPasswords: true, help: true });
  });

  it.each([['--dry'], ['--dry-run=yes'], ['now'], ['--env-file']])('are refused by name: %s', (flag) => {
    expect(() => read(flag)).toThrow(new RegExp(`${flag.replace(/=.*/, '')}.*npm run deploy -- --help`));
  });

  it('are all told by --help', () => {
    for (const flag of ['--env-file', '--dry-run', '--renew-database-passwords', '--help'])
      expect(USAGE).toContain(`  ${flag}`);
  });
});
