import { z } from 'zod';
import { invalid, type Simulation } from './route.ts';

const NAME = /^[a-zA-Z]((-|\s)?[a-zA-Z0-9]+((-|\s)[a-zA-Z0-9]+)*)?$/;
const DESCRIPTION = /^[a-zA-Z0-9.,?\s\\/'"()[\];`%^&*\-_:!]+$/;
const PLAN_OR_TAG = /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/;
const OBJECT_ID = /^[A-Za-z0-9-]+$/;
const MIN_NAME_LENGTH = 3;
const MAX_DESCRIPTION_LENGTH = 200;
const MIN_ID_LENGTH = 3;
const MAX_ID_LENGTH = 100;
const MAX_TAGS = 50;

/** The name of a project, volume, service or secret group; its slug is the id. */
export function nameSchema(maxLength: number) {
  return z
    .string()
    .min(MIN_NAME_LENGTH, `must be ${MIN_NAME_LENGTH} to ${maxLength} characters long`)
    .max(maxLength, `must be ${MIN_NAME_LENGTH} to ${maxLength} characters long`)
    .regex(NAME, 'must begin with a letter and hold letters, digits, single dashes and single spaces');
}

export const MAX_SHORT_NAME_LENGTH = 39;
export const MAX_SERVICE_NAME_LENGTH = 54;

/** The published pattern is narrower than prose. */
export const descriptionSchema = z
  .string()
  .max(MAX_DESCRIPTION_LENGTH, `must be ${MAX_DESCRIPTION_LENGTH} characters long at most`)
  .refine((text) => text === '' || DESCRIPTION.test(text), 'holds characters that are not allowed');

function idSchema(problem: string) {
  return z.string().min(MIN_ID_LENGTH, problem).max(MAX_ID_LENGTH, problem).regex(PLAN_OR_TAG, problem);
}

export const tagsSchema = z.array(idSchema('must be an id of a tag')).max(MAX_TAGS);

export const planIdSchema = idSchema('must be an id of a plan');

export const objectIdSchema = z.string().regex(OBJECT_ID, 'must be an id');

/** A service or job by id. */
export const nfObjectSchema = z.looseObject({ id: objectIdSchema, type: z.enum(['service', 'job']) });

/** Refuses tags that the account has not defined, where the settings know which it has. */
export function checkTags(sim: Simulation, tags: readonly string[] | undefined): void {
  const { definedTags } = sim.settings();
  const unknown = (tags ?? []).find((tag) => definedTags !== null && !definedTags.includes(tag));
  if (unknown !== undefined) throw invalid(sim, 'tags', `the tag ${unknown} is not defined`);
}

/** A time as the wire shows it. */
export function wireTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
