import { z } from 'zod';

// Made once: it is asked at every save, and costs more to make than to ask.
const JsonSchema = z.json();

/** A value as the registry stores it: what JSON can't hold is left out. */
export function toJson(value: unknown): z.infer<typeof JsonSchema> {
  return JsonSchema.parse(JSON.parse(JSON.stringify(value)));
}
