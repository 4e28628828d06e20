/** One instance's side of a gate: asks for each call, waits a little where somebody waits for it, and bears the gate's absence. */
import type { CallPurpose } from '../provider.ts';
import type { GateAnswer, ProviderWord } from './account-gate.ts';
import type { GateRpc } from './gate-rpc.ts';
import type { SharedRate } from './rates.ts';
import { TokenBuckets, type TokenRate } from './token-buckets.ts';

/** All that one call of an operation waits for permits; what takes longer is tried again by its alarm. */
export const OPERATION_WAIT_MOST_MS = 5_000;
const ASKS_MOST = 5;
/** What an operation may send unseen while the gate is away: few enough for the provider's own limit to bear. */
const CAREFUL: TokenRate = { perSecond: 0.5, burst: 5 };
/** A look that finds no gate waits for so long. */
const LOOK_WITHOUT_GATE_AFTER_MS = 60_000;

export interface PermitPorts {
  /** Asked for at every call: one that has failed may not be of use again. Its calls throw where it does not answer. */
  readonly gateOf: (rate: SharedRate) => GateRpc;
  readonly now: () => number;
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly warn: (event: string, facts: Record<string, unknown>) => void;
}

/** `admitted`, or for how long there is no permit. */
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly retryAfterMs: number };

const ADMITTED: Admission = { admitted: true };

export class SharedPermits {
  private readonly rate: SharedRate;
  private readonly asker: string;
  private readonly ports: PermitPorts;
  private readonly careful = new TokenBuckets();
  private word: ProviderWord | null = null;
  private conceded = 0;
  private isAway = false;

  constructor(rate: SharedRate, asker: string, ports: PermitPorts) {
    this.rate = rate;
    this.asker = asker;
    this.ports = ports;
  }

  /** A permit for one call that is sent at once. A look does not wait: its turn comes again. */
  async admit(purpose: CallPurpose): Promise<Admission> {
    let waitedMs = 0;
    let retryAfterMs = 0;
    for (let asked = 0; asked < ASKS_MOST; asked += 1) {
      const answer = await this.ask(purpose);
      if (answer === null) return this.admitUnseen(purpose);
      if (answer.granted) return ADMITTED;
      retryAfterMs = answer.waitMs;
      if (purpose === 'background' || waitedMs + retryAfterMs > OPERATION_WAIT_MOST_MS) break;
      await this.ports.sleep(retryAfterMs);
      waitedMs += retryAfterMs;
    }
    return { admitted: false, retryAfterMs };
  }

  /** Null where the gate is away. */
  private async ask(purpose: CallPurpose): Promise<GateAnswer | null> {
    const { rate, asker, word, conceded } = this;
    try {
      const answer = await this.ports.gateOf(rate).ask({ v: 1, rate, asker, purpose, word, conceded });
      this.conceded -= conceded;
      this.isAway = false;
      return answer;
    } catch (error) {
      this.tellAway(error);
      return null;
    }
  }

  /** Operations go on, slowly, and own up to it when the gate is back; looks wait until then. */
  private async admitUnseen(purpose: CallPurpose): Promise<Admission> {
    if (purpose === 'background') return { admitted: false, retryAfterMs: LOOK_WITHOUT_GATE_AFTER_MS };
    const waitMs = this.careful.take(this.rate, CAREFUL, this.ports.now(), OPERATION_WAIT_MOST_MS);
    if (waitMs > OPERATION_WAIT_MOST_MS) return { admitted: false, retryAfterMs: waitMs };
    if (waitMs > 0) await this.ports.sleep(waitMs);
    this.conceded += 1;
    return ADMITTED;
  }

  /** Remembers the provider's own count for the next asking. That nothing is left, all others hear at once. */
  async hear(word: ProviderWord, isThrottled: boolean): Promise<void> {
    this.word = word;
    if (!isThrottled) return;
    const { rate } = this;
    try {
      await this.ports.gateOf(rate).hear({ v: 1, rate, word });
    } catch (error) {
      this.tellAway(error);
    }
  }

  /** How far apart the instance's looks are to be; 0 where the gate does not say. */
  async lookEveryMs(): Promise<number> {
    const { rate, asker } = this;
    try {
      return await this.ports.gateOf(rate).pace({ v: 1, rate, asker });
    } catch (error) {
      this.tellAway(error);
      return 0;
    }
  }

  private tellAway(error: unknown): void {
    if (!this.isAway) this.ports.warn('the gate is away', { rate: this.rate, message: String(error) });
    this.isAway = true;
  }
}
