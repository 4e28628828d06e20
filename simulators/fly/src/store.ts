import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { firstIssue } from '@kiloclaw/simulator-kit/first-issue';
import { StateFolder } from '@kiloclaw/simulator-kit/state-folder';
import { type AppDocument, appDocumentSchema } from './documents.ts';
import { notFound, unprocessable } from './errors.ts';
import { Occupancy } from './hosts.ts';
import { advance, nextDueMs } from './machine-transitions.ts';
import type { Settings } from './settings.ts';

const MAX_APPS = 50_000;
const MAX_PAST = 1000;

interface Entry {
  document: AppDocument;
  /** What it was before, oldest first, with the time at which it ceased to be so; null = it was not there. */
  past: { untilMs: number; document: AppDocument | null }[];
  cancelTimer: (() => void) | null;
}

/**
 * All apps, in memory and on disk. A change is made on a copy, written to disk, and only then shown: an effect
 * that was answered is never lost, and one whose write failed has not happened.
 * Pending transitions carry the wall-clock time at which they are due, so they go on after a restart.
 */
export class Store {
  readonly #folder: StateFolder;
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Map<string, Set<() => void>>();
  /** What the running machines of all apps take. */
  readonly occupancy = new Occupancy();
  #closed = false;

  /** Loads the folder. Throws one sentence if it cannot be used or a file in it cannot be read. */
  constructor(stateDir: string, clock: Clock, settings: () => Settings) {
    this.#folder = new StateFolder(stateDir);
    this.#clock = clock;
    this.#settings = settings;
    for (const { path, content } of this.#folder.loadAll(MAX_APPS)) {
      const parsed = appDocumentSchema.safeParse(content);
      if (!parsed.success) {
        throw new Error(`the state file ${path} cannot be read (${firstIssue(parsed.error)}): remove it`);
      }
      this.#entries.set(parsed.data.app.name, { document: parsed.data, past: [], cancelTimer: null });
      this.occupancy.note(parsed.data.app.name, parsed.data);
    }
    for (const name of this.#entries.keys()) this.#arm(name);
  }

  /** Names of all apps, oldest first. */
  appNames(): string[] {
    return [...this.#entries.keys()];
  }

  /** The app as it is now (`lagging`: as reads are told of it), or null. Not to be changed by the caller. */
  find(appName: string, { lagging } = { lagging: false }): Readonly<AppDocument> | null {
    this.#settle(appName);
    const entry = this.#entries.get(appName);
    const seenAtMs = this.#clock.nowMs() - (lagging ? this.#settings().gossipMs : 0);
    const past = entry?.past.find(({ untilMs }) => untilMs > seenAtMs);
    return (past ?? entry)?.document ?? null;
  }

  /** The app as it is now; 404 if there is none. */
  read(appName: string): Readonly<AppDocument> {
    const document = this.find(appName);
    if (document === null) throw notFound(`app not found`);
    return document;
  }

  /** The app as reads are told of it, which may lag behind; 404 if it is not known there yet. */
  glimpse(appName: string): Readonly<AppDocument> {
    const document = this.find(appName, { lagging: true });
    if (document === null) throw notFound(`app not found`);
    return document;
  }

  /** Runs `mutate` on a copy and keeps it unless it throws; what it returns is the caller's. 404 if there is no such app. */
  change<Result>(appName: string, mutate: (draft: AppDocument) => Result): Result {
    const draft = structuredClone(this.read(appName));
    const result = mutate(draft);
    this.#commit(appName, draft);
    return result;
  }

  /** Adds an app. 422 if the simulator is full. */
  add(document: AppDocument): void {
    if (this.#entries.size >= MAX_APPS) throw unprocessable(`this simulator holds ${MAX_APPS} apps at most`);
    this.#commit(document.app.name, document);
  }

  /** Removes an app with all that is in it. */
  remove(appName: string): void {
    this.#folder.remove(appName);
    this.#entries.get(appName)?.cancelTimer?.();
    this.#entries.delete(appName);
    this.occupancy.note(appName, null);
    this.#notify(appName);
  }

  /** Removes everything. */
  clear(): void {
    for (const name of this.appNames()) this.remove(name);
  }

  /** Calls back after each change of the app, its removal included; the returned function ends it. */
  subscribe(appName: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(appName) ?? new Set();
    this.#listeners.set(appName, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(appName);
    };
  }

  /** Stops all transitions; nothing is written any more. */
  close(): void {
    this.#closed = true;
    for (const entry of this.#entries.values()) entry.cancelTimer?.();
  }

  #commit(appName: string, document: AppDocument): void {
    if (this.#closed) throw new Error('the simulator is closed');
    this.#folder.write(appName, document);
    const entry = this.#entries.get(appName);
    const past = this.#pastOf(entry);
    if (entry) Object.assign(entry, { document, past });
    else this.#entries.set(appName, { document, past, cancelTimer: null });
    this.occupancy.note(appName, document);
    this.#arm(appName);
    this.#notify(appName);
  }

  #pastOf(entry: Entry | undefined): Entry['past'] {
    const { gossipMs } = this.#settings();
    if (gossipMs === 0) return [];
    const nowMs = this.#clock.nowMs();
    const stillSeen = (entry?.past ?? []).filter(({ untilMs }) => untilMs > nowMs - gossipMs);
    return [...stillSeen, { untilMs: nowMs, document: entry?.document ?? null }].slice(-MAX_PAST);
  }

  // Done at every read as well as by the timer: what is due is never shown late, even with delays of 0.
  #settle(appName: string): void {
    const entry = this.#entries.get(appName);
    if (!entry || this.#closed) return;
    const nowMs = this.#clock.nowMs();
    const dueMs = nextDueMs(entry.document);
    if (dueMs === null || dueMs > nowMs) return;
    const draft = structuredClone(entry.document);
    advance(draft, nowMs, this.#settings());
    this.#commit(appName, draft);
  }

  #arm(appName: string): void {
    const entry = this.#entries.get(appName);
    if (!entry) return;
    entry.cancelTimer?.();
    const dueMs = nextDueMs(entry.document);
    entry.cancelTimer =
      dueMs === null
        ? null
        : this.#clock.setTimer(dueMs - this.#clock.nowMs(), () => {
            this.#settle(appName);
            // A timer may come a little early, and a very long one is cut: then nothing was settled nor re-armed.
            if (nextDueMs(entry.document) === dueMs) this.#arm(appName);
          });
  }

  #notify(appName: string): void {
    for (const listener of [...(this.#listeners.get(appName) ?? [])]) listener();
  }
}
