/** Structured logs: one JSON line an event. */
import { configureSync, getConsoleSink, getLogger, jsonLinesFormatter } from '@logtape/logtape';
import type { Log } from './instance/deps.ts';
import { currentScope } from './tracing/scope.ts';

configureSync({
  reset: true,
  sinks: { lines: getConsoleSink({ formatter: jsonLinesFormatter }) },
  loggers: [
    { category: 'kiloclaw', lowestLevel: 'info', sinks: ['lines'] },
    { category: ['logtape', 'meta'], lowestLevel: 'error', sinks: ['lines'] },
  ],
});

export function createLog(part: string): Log {
  const logger = getLogger(['kiloclaw', part]);
  return {
    info: (event, facts) => logger.info(event, withIds(facts)),
    warn: (event, facts) => logger.warn(event, withIds(facts)),
    error: (event, facts) => logger.error(event, withIds(facts)),
  };
}

/** Whose work it is, where the event does not say so itself. */
function withIds(facts: Record<string, unknown> | undefined): Record<string, unknown> {
  return { ...currentScope().ids, ...facts };
}
