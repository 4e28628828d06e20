/** Structured logs: one JSON line an event. */
import { configureSync, getConsoleSink, getLogger, jsonLinesFormatter } from '@logtape/logtape';

configureSync({
  reset: true,
  sinks: { lines: getConsoleSink({ formatter: jsonLinesFormatter }) },
  loggers: [
    { category: 'kiloclaw', lowestLevel: 'info', sinks: ['lines'] },
    { category: ['logtape', 'meta'], lowestLevel: 'error', sinks: ['lines'] },
  ],
});

/** Facts are ids, codes and counts: never addresses, names or what people wrote. */
export const log = getLogger(['kiloclaw', 'web']);
