/**
 * Sends spans to an OpenTelemetry collector, as OTLP over HTTP in JSON. Workers have no background of their own: spans
 * gather in memory, and some request or object that is at work anyway takes all of them along.
 */
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { createLog } from '../log.ts';

/** As long as spans gather: whoever waits for more of them is kept awake by it. */
const GATHER_MS = 500;
const SEND_TIMEOUT_MS = 5_000;
/** Another takes over from one that was reset while it sent. */
const SENDER_LOST_MS = 2 * (GATHER_MS + SEND_TIMEOUT_MS);
/** Further ones are dropped until these are sent. */
const SPANS_MOST = 2_048;

const log = createLog('traces');

export interface Collector {
  /** Without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

export class SpanExport implements SpanProcessor {
  private readonly collector: Collector;
  private spans: ReadableSpan[] = [];
  private dropped = 0;
  private sendingSince: number | null = null;

  constructor(collector: Collector) {
    this.collector = collector;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.spans.length < SPANS_MOST) this.spans.push(span);
    else this.dropped += 1;
  }

  /** Sends what has gathered, by whoever comes first; `background` lets that outlive its request. */
  send(background: (work: Promise<unknown>) => void): void {
    const now = Date.now();
    const isBeingSent = this.sendingSince !== null && now - this.sendingSince < SENDER_LOST_MS;
    if (this.spans.length === 0 || isBeingSent) return;
    this.sendingSince = now;
    background(this.gatherAndSend());
  }

  private async gatherAndSend(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    this.sendingSince = null;
    const { spans, dropped } = this;
    this.spans = [];
    this.dropped = 0;
    const failure = await this.post(spans);
    if (failure !== null || dropped > 0)
      log.warn('spans lost', { spans: failure === null ? 0 : spans.length, dropped, failure });
  }

  /** Null where they have arrived, else what stood in the way. */
  private async post(spans: ReadableSpan[]): Promise<string | null> {
    const body = JsonTraceSerializer.serializeRequest(spans);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), SEND_TIMEOUT_MS);
    try {
      const answer = await fetch(`${this.collector.endpoint}/v1/traces`, {
        method: 'POST',
        headers: { ...this.collector.headers, 'content-type': 'application/json' },
        body: new TextDecoder().decode(body),
        redirect: 'manual',
        signal: timeout.signal,
      });
      await answer.body?.cancel();
      return answer.ok ? null : `the collector answered ${answer.status}`;
    } catch (error) {
      return error instanceof Error ? error.name : 'unknown error';
    } finally {
      clearTimeout(timer);
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
