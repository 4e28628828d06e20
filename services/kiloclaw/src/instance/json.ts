import { z } from 'zod';

/** A value as the registry stores it: what JSON can't hold is left out. */
export function toJson(value: unknown): z.infer<ReturnType<typeof z.json>> {
  return z.json().parse(JSON.parse(JSON.stringify(value)));
}
