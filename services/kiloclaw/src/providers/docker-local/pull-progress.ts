/** A pull answers 200 at once and tells how it ended in the last of many lines: that line becomes the answer. */
import type { Fetch } from '../http.ts';

/** Far longer than any line of progress: what is kept of a stream while it is read. */
const TAIL_CHARS = 16_384;

/** The last line of a stream of lines, however many they are. */
async function lastLineOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let tail = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return tail.trim().split('\n').at(-1) ?? '';
    tail = (tail + decoder.decode(value, { stream: true })).slice(-TAIL_CHARS);
  }
}

/** A fetch that reads pulls to their end. The timeout of the call bounds the reading. */
export function withLastLineOfPulls(fetch: Fetch): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const isPull = init.method === 'POST' && /\/images\/create$/.test(new URL(url).pathname);
    if (!isPull || response.body === null) return response;
    const { status, headers } = response;
    return new Response(await lastLineOf(response.body), { status, headers });
  };
}
