/** What an engine tells while it pulls an image: an answer of 200 at once, then many lines, an error among them too. */
import type { Fetch } from '../http.ts';
import { PullLineSchema } from './engine-answers.ts';

/** Far longer than any line of progress: what is kept of one while it is read. */
const MAX_LINE_CHARS = 16_384;
/** Far more than any image has. */
const MAX_LAYERS = 1_000;

/** Reads the stream to its end, and passes each of its lines on as it comes. */
async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
    rest = (done ? '' : (lines.pop() ?? '')).slice(-MAX_LINE_CHARS);
    for (const line of lines) onLine(line);
    if (done) return;
  }
}

/** A fetch whose good answers are read line by line, and are empty then. The timeout of the call bounds the reading. */
export function readingLines(fetch: Fetch, onLine: (line: string) => void): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const { status, body } = response;
    if (!response.ok || body === null) return response;
    await readLines(body, onLine);
    return new Response(null, { status });
  };
}

const WAITING = new Set(['Pulling fs layer', 'Waiting']);
/** What comes after a layer's download is short beside it. */
const HERE = new Set([
  'Verifying Checksum',
  'Download complete',
  'Extracting',
  'Pull complete',
  'Already exists',
]);

/** Adds up the layers of a pull. */
export class PullMeter {
  readonly #layers = new Map<string, number>();
  #percent = 0;
  /** Why the pull has failed, in the engine's words; null where it has not. */
  error: string | null = null;

  hear(line: string): void {
    const { error, id, status, progressDetail } = parseLine(line);
    if (error !== undefined) this.error ??= error;
    if (id === undefined || status === undefined) return;
    const share = shareOf(status, progressDetail?.current, progressDetail?.total);
    if (share === null || (this.#layers.size >= MAX_LAYERS && !this.#layers.has(id))) return;
    this.#layers.set(id, share);
    const shares = [...this.#layers.values()];
    const sum = shares.reduce((total, each) => total + each, 0);
    this.#percent = Math.max(this.#percent, Math.floor((100 * sum) / shares.length));
  }

  /** 0 to 99, never falling: every layer counts the same, since sizes become known one after another. */
  get percent(): number {
    return Math.min(this.#percent, 99);
  }
}

/** Of one layer, 0 to 1; null for what tells of none. */
function shareOf(status: string, currentBytes = 0, totalBytes = 0): number | null {
  if (WAITING.has(status)) return 0;
  if (HERE.has(status)) return 1;
  if (status !== 'Downloading') return null;
  return totalBytes > 0 ? Math.min(Math.max(currentBytes / totalBytes, 0), 1) : 0;
}

function parseLine(line: string) {
  try {
    return PullLineSchema.catch({}).parse(JSON.parse(line));
  } catch {
    return {};
  }
}
