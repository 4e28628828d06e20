/** What an instance tells in a test: kept in order, traced nowhere. */
import type { InstanceFacts } from '../../metrics/facts.ts';
import type { Traces } from '../../tracing/traces.ts';

type FactName = keyof InstanceFacts;
export type ToldFact = { [Name in FactName]: readonly [Name, ...Parameters<InstanceFacts[Name]>] }[FactName];

export function recordedFacts(told: ToldFact[]): InstanceFacts {
  return {
    operationEnded: (ended) => void told.push(['operationEnded', ended]),
    operationStands: (instanceId, operation) => void told.push(['operationStands', instanceId, operation]),
    reconciled: (result) => void told.push(['reconciled', result]),
    alarmRan: (alarm) => void told.push(['alarmRan', alarm]),
  };
}

export const untraced: Traces = {
  call: (_caller, _action, work) => work(),
  alarm: (_instanceId, work) => work(),
  step: (_operation, _step, _instanceId, work) => work(),
  operationEnded: () => {},
  send: () => {},
};
