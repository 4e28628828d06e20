/** Words that shapes are described in. */
import type { Schema } from './shape.ts';

export const TEXT: Schema = { type: 'string' };
export const INTEGER: Schema = { type: 'integer' };
export const from = (minimum: number, maximum?: number): Schema => ({ type: 'integer', minimum, maximum });
export const FLAG: Schema = { type: 'boolean' };
export const ANY_OBJECT: Schema = { type: 'object' };
export const NOTHING: Schema = { type: 'object', additionalProperties: false };
export const TIME: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
};
export const list = (items: Schema): Schema => ({ type: 'array', items });

export function object(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** References into the facts file: patterns of names, and lists of words. */
export const named = (kind: string): Schema => ({ $ref: `#/definitions/${kind}` });
