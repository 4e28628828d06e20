/** The gate's object as an instance reaches it. */
import type { Env } from '../../env.ts';
import { inTime } from '../../in-time.ts';
import type { GateRpc } from './gate-rpc.ts';
import type { SharedRate } from './rates.ts';

/** Without an answer by then the gate counts as away; should it have given a permit, that one is lost. */
const ANSWER_TIMEOUT_MS = 2_000;

/** One object a rate. Each call throws where it does not answer in time. */
export function gateStub(env: Env, rate: SharedRate): GateRpc {
  // The runtime's own types of a stub split an answer's union in two.
  const object: unknown = env.PROVIDER_GATE.getByName(rate);
  const stub = object as GateRpc;
  const timely = <Answer>(answer: Promise<Answer>) =>
    inTime(answer, ANSWER_TIMEOUT_MS, () => {
      throw new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`);
    });
  return {
    ask: (call) => timely(stub.ask(call)),
    hear: (call) => timely(stub.hear(call)),
    pace: (call) => timely(stub.pace(call)),
  };
}
