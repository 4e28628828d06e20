/** Procedures of the web as its own pages call them: from a page's session, with its origin. */
import type { Page } from '@playwright/test';

/** What a procedure answered: its value, or the code of the refusal. */
export interface ProcedureAnswer {
  readonly value: unknown;
  readonly code: string | null;
}

export interface Procedures {
  query(name: string, input?: unknown): Promise<ProcedureAnswer>;
  mutate(name: string, input?: unknown): Promise<ProcedureAnswer>;
}

/** `webUrl`: of the console; the session is that of the page's context. */
export function proceduresOf(page: Page, webUrl: string): Procedures {
  const addressOf = (name: string) => new URL(`/api/trpc/${name}`, webUrl).href;
  return {
    query: async (name, input) => {
      const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      return readAnswer(await (await page.request.get(`${addressOf(name)}${search}`)).json());
    },
    mutate: async (name, input = {}) => {
      const request = { data: input, headers: { origin: new URL(webUrl).origin } };
      return readAnswer(await (await page.request.post(addressOf(name), request)).json());
    },
  };
}

function readAnswer(answer: unknown): ProcedureAnswer {
  const code: unknown = fieldOf(answer, 'error', 'data', 'code');
  if (typeof code === 'string') return { value: null, code };
  return { value: fieldOf(answer, 'result', 'data'), code: null };
}

/** What stands in an answer at this path; undefined where nothing does. */
export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => Reflect.get(Object(found), key), value);
}
