import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { given, withEnvFiles } from './env-files.ts';

let home: string;
let said: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-env-files-'));
  said = [];
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function file(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(home, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

const read = (paths: string[], env = {}) => withEnvFiles(paths, env, (line) => void said.push(line));

describe('settings from files', () => {
  it('count over earlier files and below the environment', async () => {
    const paths = [await file('a', 'A=1\nB="1 and 2"\nC=1\n'), await file('b', '# of b\nB=2\nC=2\n')];
    expect(await read(paths, { C: '3' })).toEqual({ A: '1', B: '2', C: '3' });
    expect(said).toEqual([]);
  });

  it('are read with a warning from a file that others can read', async () => {
    const path = await file('open', 'A=1\n', 0o640);
    expect(await read([path])).toEqual({ A: '1' });
    expect(said).toEqual([`Others of this machine can read ${path}: chmod 600 it, since it holds secrets.`]);
  });

  it('are refused where there is no such file', async () => {
    await expect(read([join(home, 'none')])).rejects.toThrow(/--env-file: .*none can't be read \(ENOENT\)/);
  });

  it('count as absent where they are empty', async () => {
    const env = await read([await file('a', 'A=\nB=1\n')]);
    expect([given(env, 'A'), given(env, 'B'), given(env, 'C')]).toEqual([undefined, '1', undefined]);
  });
});
