/** Structured logs: one JSON line an event. */
import { configureSync, getConsoleSink, getLogger, jsonLinesFormatter } from '@logtape/logtape';
import type { Log } from './instance/deps.ts';
import type { LogProviderCall } from './providers/call-log.ts';

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
    info: (event, facts) => logger.info(event, { ...facts }),
    warn: (event, facts) => logger.warn(event, { ...facts }),
    error: (event, facts) => logger.error(event, { ...facts }),
  };
}

export function logProviderCalls(): LogProviderCall {
  const log = createLog('provider');
  return (call) => log.info('provider call', { ...call });
}
