import { errorBody } from './errors.ts';
import type { Reply } from './route.ts';

/** An answer as it goes over the wire, but for the headers that all have. */
export interface Answer {
  status: number;
  contentType: 'application/json; charset=utf-8' | 'text/html';
  text: string;
  /** Beside those that every answer has, or instead of them. */
  headers?: Record<string, string>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Any JSON body. */
export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, contentType: JSON_TYPE, text: JSON.stringify(body) };
}

/** A refusal in the error envelope. */
export function errorAnswer(status: number, message: string): Answer {
  return jsonAnswer(status, errorBody(status, message));
}

/** A success in the data envelope. */
export function successAnswer({ status, data, pagination }: Reply): Answer {
  return jsonAnswer(status, { data, ...(pagination ? { pagination } : {}) });
}

/** A refusal for want of rate, with nothing left of it. */
export function throttledAnswer(): Answer {
  return { ...errorAnswer(429, 'Too many requests.'), headers: { 'x-ratelimit-remaining': '0' } };
}

/** What a gateway before the service answers. */
export function gatewayAnswer(status: number): Answer {
  const title = `Gateway error ${status}`;
  const text = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return { status, contentType: 'text/html', text };
}

/** The answer with its end cut off, so that it does not parse; or a text as HTML in its place. */
export function corrupted(
  answer: Answer,
  { status, text }: { status?: number | undefined; text?: string | undefined },
): Answer {
  if (text !== undefined) return { status: status ?? answer.status, contentType: 'text/html', text };
  return { ...answer, text: answer.text.slice(0, Math.ceil(answer.text.length / 2)) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function mapStatuses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapStatuses);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === 'status' && typeof held === 'string' ? `UNHEARD_OF_${held}` : mapStatuses(held),
    ]),
  );
}

/** The answer with words for every status that no client knows, and a field more in its data. */
export function withUnknownWords(answer: Answer): Answer {
  const body: unknown = JSON.parse(answer.text);
  const mapped = mapStatuses(body);
  if (isObject(mapped) && isObject(mapped.data)) mapped.data.unheardOf = { of: ['later', 'versions'] };
  return { ...answer, text: JSON.stringify(mapped) };
}

/** The answer with every list in it empty, as an account that has lost sight of what it holds. */
export function withEmptyLists(answer: Answer): Answer {
  const body: unknown = JSON.parse(answer.text);
  if (!isObject(body) || !('data' in body)) return answer;
  const empty = (value: unknown): unknown => (Array.isArray(value) ? [] : value);
  const data = isObject(body.data)
    ? Object.fromEntries(Object.entries(body.data).map(([key, value]) => [key, empty(value)]))
    : empty(body.data);
  const pagination = 'pagination' in body ? { pagination: { hasNextPage: false, count: 0 } } : {};
  return { ...answer, text: JSON.stringify({ data, ...pagination }) };
}
