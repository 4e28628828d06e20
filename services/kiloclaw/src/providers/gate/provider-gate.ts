/**
 * The gate of one provider account: a Durable Object, because each instance is one of its own and none knows what the
 * others send. Nothing waits in here. A permit is stored before its answer leaves, so that no process forgets one.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../../env.ts';
import { createLog } from '../../log.ts';
import { readSettings } from '../../settings.ts';
import { AccountGate, type GateAnswer, type GateMemory } from './account-gate.ts';
import type { AskCall, GateRpc, HearCall, PaceCall } from './gate-rpc.ts';
import { accountRateOf, type SharedRate } from './rates.ts';

const MEMORY = 'memory';
/** Instances are to be looked at no less often; a fleet that has no room for that gets what there is. */
const LOOK_EVERY_MOST_MS = 30 * 60_000;

export class ProviderGate extends DurableObject<Env> implements GateRpc {
  private readonly log = createLog('provider-gate');
  private gate: AccountGate | null = null;
  private isTooLarge = false;

  async ask({ rate, asker, purpose, word, conceded }: AskCall): Promise<GateAnswer> {
    const gate = this.gateOf(rate);
    const now = Date.now();
    gate.concede(conceded, now);
    if (word !== null) gate.hear(word, now);
    const answer = gate.ask({ asker, purpose }, now);
    this.keep(gate);
    return answer;
  }

  async hear({ rate, word }: HearCall): Promise<void> {
    const gate = this.gateOf(rate);
    gate.hear(word, Date.now());
    this.keep(gate);
  }

  async pace({ rate, asker }: PaceCall): Promise<number> {
    const gate = this.gateOf(rate);
    if (gate.see(asker, Date.now())) this.keep(gate);
    this.tellSize(rate, gate);
    return gate.lookEveryMs;
  }

  /** Its object is addressed by the rate's name: there is one gate in it. */
  private gateOf(rate: SharedRate): AccountGate {
    const memory = () => this.ctx.storage.kv.get<GateMemory>(MEMORY);
    this.gate ??= new AccountGate(accountRateOf(rate, readSettings(this.env)), memory());
    return this.gate;
  }

  private keep(gate: AccountGate): void {
    this.ctx.storage.kv.put(MEMORY, gate.snapshot());
  }

  private tellSize(rate: SharedRate, { fleetCount: instances, lookEveryMs }: AccountGate): void {
    const isTooLarge = lookEveryMs > LOOK_EVERY_MOST_MS;
    if (isTooLarge && !this.isTooLarge)
      this.log.warn('the fleet is too large for its account: looks come later than they should', {
        rate,
        instances,
        lookEveryMs,
        lookEveryMostMs: LOOK_EVERY_MOST_MS,
      });
    this.isTooLarge = isTooLarge;
  }
}
