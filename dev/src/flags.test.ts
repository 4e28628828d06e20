import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT, readFlags } from './flags.ts';
import { StartError } from './start-error.ts';

describe('flags', () => {
  it('have defaults for everything', () => {
    expect(readFlags([], {})).toEqual({
      demo: true,
      webPort: 4400,
      apiPort: 4401,
      dataDir: `${REPOSITORY_ROOT}/.kiloclaw`,
      reset: false,
      help: false,
      sweepIntervalMs: 86_400_000,
    });
  });

  it('outrank the variables, and empty variables count as absent', () => {
    const env = { KILOCLAW_WEB_PORT: '6000', KILOCLAW_API_PORT: '5000', KILOCLAW_DATA_DIR: '/var/a' };
    expect(readFlags([], env)).toMatchObject({ webPort: 6000, apiPort: 5000, dataDir: '/var/a' });
    expect(readFlags(['--port', '0', '--data-dir', '/var/b c'], env)).toMatchObject({
      webPort: 0,
      apiPort: 5000,
      dataDir: '/var/b c',
    });
    expect(readFlags([], { KILOCLAW_API_PORT: '', KILOCLAW_DATA_DIR: '' })).toMatchObject({ apiPort: 4401 });
    expect(readFlags([], { KILOCLAW_SWEEP_S: '0.5' })).toMatchObject({ sweepIntervalMs: 500 });
  });

  it('put the platform API beside the console, on a free port where that takes one', () => {
    expect(readFlags(['--port', '7000'], {})).toMatchObject({ webPort: 7000, apiPort: 7001 });
    expect(readFlags(['--port', '0'], {})).toMatchObject({ webPort: 0, apiPort: 0 });
  });

  it('take a relative folder from where npm was called', () => {
    expect(readFlags(['--data-dir', 'x'], { INIT_CWD: '/srv' }).dataDir).toBe('/srv/x');
  });

  it.each([
    [['--nonsense'], {}, "Unknown option '--nonsense'"],
    [['extra'], {}, "Unexpected argument 'extra'"],
    [['--port', '70000'], {}, '--port must be a port'],
    [['--port', ''], {}, '--port must be a port'],
    [['--port', '1e3'], {}, '--port must be a port'],
    [[], { KILOCLAW_API_PORT: 'http' }, 'KILOCLAW_API_PORT: must be a port'],
    [[], { KILOCLAW_SWEEP_S: '0' }, 'KILOCLAW_SWEEP_S: must be a number of seconds'],
    [[], { KILOCLAW_SWEEP_S: 'daily' }, 'KILOCLAW_SWEEP_S: must be a number of seconds'],
    [['--data-dir', ''], {}, '--data-dir must name a folder'],
  ])('are refused with one sentence: %j', (args, env, sentence) => {
    const read = () => readFlags(args, env);
    expect(read).toThrow(StartError);
    expect(read).toThrow(sentence);
    expect(read).toThrow(/^[^\n]*\.$/);
  });
});
