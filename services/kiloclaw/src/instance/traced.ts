/** A call to an instance, in its trace. */
import type { Instance } from './instance.ts';
import type { Caller } from './instance-rpc.ts';

/** Sends the trace on, however the call ends. */
export async function traced<Value>(
  { deps: { traces } }: Instance,
  caller: Caller,
  action: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await traces.call(caller, action, work);
  } finally {
    traces.send();
  }
}
