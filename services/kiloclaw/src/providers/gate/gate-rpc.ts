/** What an instance's object and the gate's object say to each other. */
import type { Ask, GateAnswer, ProviderWord } from './account-gate.ts';
import type { SharedRate } from './rates.ts';

export interface AskCall extends Ask {
  readonly v: 1;
  readonly rate: SharedRate;
  /** The provider's newest, as far as the asker has heard. */
  readonly word: ProviderWord | null;
  /** Sent without a permit while the gate was away, and not told yet. */
  readonly conceded: number;
}

export interface HearCall {
  readonly v: 1;
  readonly rate: SharedRate;
  readonly word: ProviderWord;
}

export interface PaceCall {
  readonly v: 1;
  readonly rate: SharedRate;
  readonly asker: string;
}

export interface GateRpc {
  ask(call: AskCall): Promise<GateAnswer>;
  hear(call: HearCall): Promise<void>;
  /** How far apart the looks of each instance are to be, in milliseconds. */
  pace(call: PaceCall): Promise<number>;
}
