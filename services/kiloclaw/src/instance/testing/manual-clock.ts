const BEGINNING_MS = Date.UTC(2026, 0, 1);

/** A clock that moves by hand: a sleep ends when it has been moved past its end. */
export class ManualClock {
  private nowMs = BEGINNING_MS;
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ until: this.nowMs + ms, wake }));
  }

  advanceTo(atMs: number): void {
    this.nowMs = Math.max(this.nowMs, atMs);
    const due = this.sleepers.filter(({ until }) => until <= this.nowMs);
    this.sleepers = this.sleepers.filter(({ until }) => until > this.nowMs);
    for (const { wake } of due) wake();
  }

  advance(ms: number): void {
    this.advanceTo(this.nowMs + ms);
  }
}
