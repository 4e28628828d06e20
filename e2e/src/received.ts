/** Everything that a browser is sent while somebody uses it, but for the app's own files, which are the same for all. */
import type { BrowserContext, Response } from '@playwright/test';

const OF_DATA = ['document', 'xhr', 'fetch'];

export interface Received {
  readonly url: string;
  /** Headers and body. */
  readonly text: string;
}

export interface Recorder {
  /** Everything so far, once what is under way has arrived. */
  all(): Promise<readonly Received[]>;
}

export function recordReceived(context: BrowserContext): Recorder {
  const arriving: Promise<Received | null>[] = [];
  context.on('response', (response) => {
    if (OF_DATA.includes(response.request().resourceType())) arriving.push(read(response));
  });
  return {
    all: async () => (await Promise.all(arriving)).filter((each) => each !== null),
  };
}

/** Null for what the page left before it came: no script of it was given it either. */
async function read(response: Response): Promise<Received | null> {
  try {
    const headers = JSON.stringify(await response.allHeaders());
    return { url: response.url(), text: `${headers}\n${await response.text()}` };
  } catch {
    return null;
  }
}

/** The lines to read where something was received that must not be: the address, and what stands around it. */
export function findReceived(received: readonly Received[], pattern: RegExp): string[] {
  const AROUND = 60;
  return received.flatMap(({ url, text }) => {
    const at = text.search(pattern);
    return at < 0 ? [] : [`${url}: …${text.slice(Math.max(0, at - AROUND), at + AROUND)}…`];
  });
}
