import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameSchema } from './fields.ts';
import { newContainerName, newNamespace, newPortId, newRequestId, slugOf } from './ids.ts';
import { seededRandom } from './seeded-random.ts';

const MAX_LENGTH = 39;
const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/);
const name = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom('-', ' '), word), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map((pair) => pair.join('')).join(''))
  .filter((text) => text.length >= 3 && text.length <= MAX_LENGTH);

describe('ids', () => {
  it('of every name that is taken are safe as file names and in paths, and their own id', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(nameSchema(MAX_LENGTH).safeParse(text).success).toBe(true);
        expect(slugOf(text)).toMatch(/^[a-z][a-z0-9-]{2,38}$/);
        expect(slugOf(slugOf(text))).toBe(slugOf(text));
      }),
    );
  });

  it('are never those of a name with a slash, a dot or a control character', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('/', '.', '\\', '\0', '_'),
        fc.string(),
        (head, mark, tail) => {
          expect(nameSchema(MAX_LENGTH).safeParse(head + mark + tail).success).toBe(false);
        },
      ),
    );
  });

  it('have the forms of the service', () => {
    expect(newNamespace()).toMatch(/^ns-[a-z0-9]{12}$/);
    expect(newPortId()).toMatch(/^[a-z0-9]{6}$/);
    expect(newContainerName('app')).toMatch(/^app-[0-9a-f]{10}-[a-z0-9]{5}$/);
    expect(newRequestId()).not.toBe(newRequestId());
  });
});

describe('seeded numbers', () => {
  it('are the same for a seed, others for its neighbour, and spread from 0 to 1', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = (from: number) => Array.from({ length: 200 }, seededRandom(from));
        const numbers = draw(seed);
        expect(draw(seed)).toEqual(numbers);
        expect(draw(seed + 1)[0]).not.toBe(numbers[0]);
        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...numbers)).toBeLessThan(1);
        const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
        expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
      }),
    );
  });
});
