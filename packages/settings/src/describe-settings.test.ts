import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeSettings } from './describe-settings.ts';
import { setting } from './facts.ts';

const facts = { group: 'One', means: 'what it means' };

describe('the description of settings', () => {
  it('has the default from the schema, or in words of its own', () => {
    const described = describeSettings({
      one: {
        PLAIN: setting(z.string().default('/data'), facts),
        LIST: setting(z.array(z.string()).default(['fra', 'iad']), facts),
        EMPTY: setting(z.array(z.string()).default([]), facts),
        ABSENT: setting(z.string().optional(), facts),
        WORDS: setting(z.object({ first: z.number() }).default({ first: 1 }), {
          ...facts,
          otherwise: 'from 1',
        }),
      },
    });
    expect(described.map(({ name, otherwise, isNeeded }) => [name, otherwise, isNeeded])).toEqual([
      ['PLAIN', '`/data`', false],
      ['LIST', '`fra,iad`', false],
      ['EMPTY', 'none', false],
      ['ABSENT', 'none', false],
      ['WORDS', 'from 1', false],
    ]);
  });

  it('knows what is needed, and what is a secret', () => {
    const secret = { kind: 'issued', by: 'somebody' } as const;
    const [described] = describeSettings({ one: { TOKEN: setting(z.string(), { ...facts, secret }) } });
    expect(described).toMatchObject({ isNeeded: true, isSecret: true });
  });

  it('tells a variable once, with everyone who reads it', () => {
    const shape = { SHARED: setting(z.string(), facts) };
    expect(describeSettings({ one: shape, two: shape })).toMatchObject([
      { name: 'SHARED', readBy: ['one', 'two'] },
    ]);
  });

  it('names a variable of which nothing is told, or whose default nobody could read', () => {
    expect(() => describeSettings({ one: { UNTOLD: z.string() } })).toThrow('UNTOLD has no description');
    const range = setting(z.object({ first: z.number() }).default({ first: 1 }), facts);
    expect(() => describeSettings({ one: { RANGE: range } })).toThrow('RANGE: say its default in words');
  });
});
