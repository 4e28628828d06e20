/** The gates' objects in one process, on a clock of the test's. */
import { AccountGate } from '../account-gate.ts';
import type { GateRpc } from '../gate-rpc.ts';
import { accountRateOf, type SharedRate } from '../rates.ts';

export class LocalGates {
  private readonly gates = new Map<SharedRate, AccountGate>();
  private readonly now: () => number;
  private readonly requestsPerHour: number;
  isAway = false;
  /** Calls by what was asked of a gate. */
  readonly asked = { ask: 0, hear: 0, pace: 0 };

  constructor(now: () => number, requestsPerHour = 1_000) {
    this.now = now;
    this.requestsPerHour = requestsPerHour;
  }

  of(rate: SharedRate): AccountGate {
    const known = this.gates.get(rate);
    if (known !== undefined) return known;
    const gate = new AccountGate(accountRateOf(rate, { NF_REQUESTS_PER_HOUR: this.requestsPerHour }));
    this.gates.set(rate, gate);
    return gate;
  }

  readonly rpc = (rate: SharedRate): GateRpc => ({
    ask: async ({ asker, purpose, word, conceded }) => {
      const gate = this.reach('ask', rate);
      gate.concede(conceded, this.now());
      if (word !== null) gate.hear(word, this.now());
      return gate.ask({ asker, purpose }, this.now());
    },
    hear: async ({ word }) => this.reach('hear', rate).hear(word, this.now()),
    pace: async ({ asker }) => {
      const gate = this.reach('pace', rate);
      gate.see(asker, this.now());
      return gate.lookEveryMs;
    },
  });

  private reach(method: keyof LocalGates['asked'], rate: SharedRate): AccountGate {
    this.asked[method] += 1;
    if (this.isAway) throw new Error('away');
    return this.of(rate);
  }
}
