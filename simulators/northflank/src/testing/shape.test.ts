import { describe, expect, it } from 'vitest';
import { expandFields, schemaOf } from './shape.ts';

describe("the facts file's shorthand", () => {
  it.each([
    ['string*', { type: 'string' }],
    ['', { type: 'string' }],
    ['string | use clusterId', { type: 'string' }],
    ['integer MB *', { type: 'integer' }],
    ['unix s', { type: 'integer' }],
    ['float vCPU', { type: 'number' }],
    ['boolean', { type: 'boolean' }],
    ['ReadWriteOnce|ReadWriteMany *', { enum: ['ReadWriteOnce', 'ReadWriteMany'] }],
    ['TASK_RUNNING|TASK_KILLED', { enum: ['TASK_RUNNING', 'TASK_KILLED'] }],
  ])('"%s" is understood', (word, schema) => {
    expect(schemaOf(word, 'optional')).toEqual(schema);
  });

  it('fails for a word that it does not know, rather than let everything pass', () => {
    expect(() => schemaOf({ size: 'furlongs' }, 'optional')).toThrow('furlongs');
    expect(() => schemaOf(7, 'optional')).toThrow('number');
  });

  it('makes a field required by its star, or by one inside; of an answer every field is', () => {
    const shape = { name: 'string*', tags: ['string'], spec: { size: 'integer *', class: 'string' } };
    expect(schemaOf(shape, 'optional')).toMatchObject({
      required: ['name', 'spec'],
      properties: { spec: { required: ['size'] } },
      additionalProperties: false,
    });
    expect(schemaOf(shape, 'required')).toMatchObject({ required: ['name', 'tags', 'spec'] });
  });

  it('lets nothing into what it leaves empty', () => {
    expect(schemaOf({}, 'required')).toMatchObject({ properties: {}, additionalProperties: false });
    expect(schemaOf([], 'required')).toEqual({ type: 'array', maxItems: 0 });
  });

  it('spells out lists of fields', () => {
    expect(expandFields(['id', 'a.b', 'status.deployment{status,reason}', 'ports[]'])).toEqual([
      'id',
      'a.b',
      'status.deployment.status',
      'status.deployment.reason',
      'ports',
    ]);
  });
});
