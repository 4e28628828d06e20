/** A fetch that breaks chosen calls, in front of a provider's own: faults without the provider's help. */
import type { LogProviderCall, ProviderCall } from '../call-log.ts';
import type { Fetch } from '../http.ts';
import {
  type ArmedFault,
  type CallFault,
  type FaultPlan,
  type SentCall,
  SLOW_MS,
  THROTTLE_MS,
} from './faults.ts';

const CUT_JSON = '{"id":"cut';
const PAGE = (title: string) =>
  `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

/** A call on its way, as edits and refusals know it. */
export interface WireCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** What an answer is replaced with: by a refusal before any effect, or by other words in the same JSON. */
export type Interference =
  | {
      readonly kind: 'refuse';
      readonly when: (call: WireCall) => boolean;
      readonly status: number;
      readonly body: unknown;
    }
  | {
      readonly kind: 'edit';
      readonly when: (call: WireCall) => boolean;
      readonly edit: (json: unknown) => unknown;
    };

class WireFault implements ArmedFault {
  readonly kind: CallFault;
  readonly #wire: Wire;
  readonly #everyOne: boolean;
  #skips: number;
  #hitAt: number | null = null;
  #callsWhenAnswered: number | null = null;

  constructor(wire: Wire, kind: CallFault, nth: number, everyOne: boolean) {
    this.#wire = wire;
    this.kind = kind;
    this.#skips = nth - 1;
    this.#everyOne = everyOne;
  }

  get hit(): SentCall | null {
    return this.#hitAt === null ? null : (this.#wire.calls[this.#hitAt] ?? null);
  }

  get callsAfter(): number {
    return this.#callsWhenAnswered === null ? 0 : this.#wire.calls.length - this.#callsWhenAnswered;
  }

  /** The adapter knows of the fault from now on; what it had sent beside the broken call is no repeat. */
  tellAnswered(): void {
    this.#callsWhenAnswered ??= this.#wire.calls.length;
  }

  /** Whether it hits the call of this index. */
  take(index: number): boolean {
    if (this.#hitAt !== null) return this.#everyOne;
    if (this.#skips > 0) {
      this.#skips -= 1;
      return false;
    }
    this.#hitAt = index;
    return true;
  }

  disarm(): void {
    this.#wire.drop(this);
  }
}

/** One bench's wire: all its adapters speak through it. */
export class Wire implements FaultPlan {
  readonly calls: SentCall[] = [];
  readonly logged: ProviderCall[] = [];
  readonly #fetch: Fetch;
  #armed: WireFault[] = [];
  #interferences: Interference[] = [];

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  readonly log: LogProviderCall = (call) => void this.logged.push(call);

  arm(kind: CallFault, nth: number, { everyOne = false }: { readonly everyOne?: boolean } = {}): ArmedFault {
    const fault = new WireFault(this, kind, nth, everyOne);
    this.#armed.push(fault);
    return fault;
  }

  drop(fault: WireFault): void {
    this.#armed = this.#armed.filter((armed) => armed !== fault);
  }

  /** Holds until it is ended; `wasMet` tells whether a call has met with it. */
  interfere(interference: Interference): { readonly wasMet: () => boolean; readonly end: () => void } {
    let isMet = false;
    const watched: Interference = {
      ...interference,
      when: (call) => {
        const isMeant = interference.when(call);
        isMet ||= isMeant;
        return isMeant;
      },
    };
    this.#interferences.push(watched);
    return {
      wasMet: () => isMet,
      end: () => {
        this.#interferences = this.#interferences.filter((held) => held !== watched);
      },
    };
  }

  /** What adapters are given as their `fetch`. */
  readonly fetch: Fetch = async (url, init) => {
    const { pathname, search } = new URL(url);
    const method = init.method ?? 'GET';
    const isEffect = method !== 'GET';
    const index = this.calls.length;
    const hasTimeout = init.signal !== undefined && init.signal !== null;
    this.calls.push({ isEffect, hasTimeout, what: `${method} ${pathname}${search}` });
    const fault = this.#armed.find((armed) => armed.take(index));
    const call = { method, path: pathname };
    if (fault === undefined) return this.#undisturbed(url, init, call);
    return broken(fault.kind, init, () => this.#undisturbed(url, init, call)).finally(() =>
      fault.tellAnswered(),
    );
  };

  async #undisturbed(url: string, init: RequestInit, call: WireCall): Promise<Response> {
    const met = this.#interferences.find(({ when }) => when(call));
    if (met?.kind === 'refuse') return Response.json(met.body, { status: met.status });
    const response = await this.#fetch(url, init);
    if (met === undefined || !response.ok) return response;
    return Response.json(met.edit(await response.json()), { status: response.status });
  }
}

async function broken(kind: CallFault, init: RequestInit, pass: () => Promise<Response>): Promise<Response> {
  switch (kind) {
    case 'answer_lost':
      await (await pass()).arrayBuffer();
      throw new TypeError('the connection was cut');
    case 'never_arrived':
      throw new TypeError('the connection was cut');
    case 'refused':
      return Response.json({ error: 'internal', message: 'internal' }, { status: 503 });
    case 'throttled':
      return Response.json(
        { error: 'too many requests', message: 'too many requests' },
        { status: 429, headers: { 'retry-after': String(THROTTLE_MS / 1_000) } },
      );
    case 'error_page':
      return new Response(PAGE('502 Bad Gateway'), { status: 502, headers: { 'content-type': 'text/html' } });
    case 'stray_404_page':
      return new Response(PAGE('404 Not Found'), { status: 404, headers: { 'content-type': 'text/html' } });
    case 'garbled': {
      const { status } = await pass();
      return new Response(CUT_JSON, { status: status === 204 || status === 304 ? 200 : status });
    }
    case 'silent':
      return untilGivenUp(init.signal ?? null);
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      return pass();
    case 'echoed': {
      const words = everythingSent(init);
      return Response.json({ error: words, message: words, status: words }, { status: 400 });
    }
    case 'echoed_deeper': {
      const words = everythingSent(init);
      return Response.json({ error: { status: 500, message: words, details: { words } } }, { status: 500 });
    }
  }
}

function untilGivenUp(signal: AbortSignal | null): Promise<Response> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(new DOMException('given up', 'AbortError'));
    // Nobody would ever give up: the case that looks for time-outs tells.
    if (signal === null || signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

function everythingSent({ headers, body }: RequestInit): string {
  return `invalid: ${JSON.stringify([...new Headers(headers)])} ${String(body ?? '')}`;
}
