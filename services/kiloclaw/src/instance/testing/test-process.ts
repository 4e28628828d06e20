/** The process of one instance in a test: it can be killed, its clock moves by hand, its world is in memory. */
import type { StatusView } from '@kiloclaw/platform-contract';
import type { CallPurpose } from '../../providers/provider.ts';
import { owes } from '../debt.ts';
import type { Deps, Vault } from '../deps.ts';
import { Instance } from '../instance.ts';
import type { Operation } from '../operations/operation.ts';
import type { InstanceState } from '../state.ts';
import type { SqlValue } from '../storage/instance-storage.ts';
import { operationPage, TIMELINE_LENGTH, unfinishedOperation } from '../storage/operation-store.ts';
import { loadRecord, saveState } from '../storage/record-store.ts';
import { statusView } from '../views/views.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryProvider } from './memory-provider.ts';
import { NodeStorage, ProcessKilled } from './node-storage.ts';
import { recordedFacts, type ToldFact, untraced } from './recorded-facts.ts';
import { TestRegistry } from './test-registry.ts';
import { World, type WorldMachine, type WorldVolume } from './world.ts';

export const INSTANCE_ID = '6f0f6a7e-3a51-4c52-9b1e-0d7a4f7f9a01';
export const OWNER_ID = 'user_alice';
export const ADMIN_ID = 'user_admin';
const FLEET_ID = '0c6a3a52-8a0e-4a5e-9a4e-1f3f1f0f7b02';
const ALARMS_MOST = 300;
const TURNS_TO_QUIET = 5;

const plainVault: Vault = {
  seal: async (plaintext, purpose) => `sealed:${purpose}:${plaintext}`,
  open: async (sealed, purpose) => {
    const prefix = `sealed:${purpose}:`;
    if (!sealed.startsWith(prefix)) throw new Error('sealed for another place');
    return sealed.slice(prefix.length);
  },
  fingerprints: async (text) => [{ keyId: 'plain', hash: `fingerprint:${text}` }],
  keysIn: () => [],
  currentKeyId: 'plain',
};

/** The vault that there is at each call. */
function whichever(vault: () => Vault): Vault {
  return {
    seal: (plaintext, purpose) => vault().seal(plaintext, purpose),
    open: (sealed, purpose) => vault().open(sealed, purpose),
    fingerprints: (text) => vault().fingerprints(text),
    keysIn: (text) => vault().keysIn(text),
    get currentKeyId() {
      return vault().currentKeyId;
    },
  };
}

export class TestProcess {
  readonly clock = new ManualClock();
  storage = new NodeStorage();
  readonly world = new World();
  readonly registry = new TestRegistry();
  readonly logged: string[] = [];
  /** What whoever watches was told. */
  readonly told: ToldFact[] = [];
  /** Whether the control plane has settings for the provider. */
  isConfigured = true;
  /** What this and every later process seals with. */
  vault: Vault = plainVault;
  /** How far apart the provider's rate lets looks be. */
  lookEveryMs = 0;
  /** For whom the provider was asked for, in order. */
  readonly purposes: CallPurpose[] = [];
  private madeIds = 0;
  private background: Promise<unknown>[] = [];
  /** The living process. */
  instance: Instance = this.newProcess();

  private newProcess(): Instance {
    this.world.now = () => this.clock.now();
    const provider = memoryProvider(this.world);
    const log = (event: string, facts?: Record<string, unknown>) => {
      this.logged.push(`${event} ${JSON.stringify(facts ?? {})}`);
    };
    const deps: Deps = {
      clock: this.clock,
      random: { fraction: () => 0.5, id: () => this.newId() },
      storage: this.storage.open(),
      provider: (id, purpose = 'operation') => {
        this.purposes.push(purpose);
        if (this.isConfigured) return provider;
        throw new Error(`provider: ${id} is not configured`);
      },
      lookEveryMs: async () => this.lookEveryMs,
      isConfigured: () => this.isConfigured,
      capabilities: () => this.world.capabilities,
      vault: whichever(() => this.vault),
      registry: this.registry,
      log: { info: log, warn: log, error: log },
      facts: recordedFacts(this.told),
      traces: untraced,
      cadence: { runningMs: 300_000, idleMs: 1_800_000, busyMs: 60_000, liveCheckMs: 30_000 },
      fleetId: FLEET_ID,
      background: (work) => {
        this.background.push(work.catch(ignoreKilled));
      },
    };
    return new Instance(deps);
  }

  private newId(): string {
    this.madeIds += 1;
    return `01900000-0000-7000-8000-${String(this.madeIds).padStart(12, '0')}`;
  }

  /** Kills the process, wherever it is, and starts the next one on the same storage. */
  async crash(): Promise<void> {
    this.background = [];
    this.instance = this.newProcess();
    await this.instance.wake();
  }

  /** The object loses all that it has stored, and starts as an empty one. */
  async loseStorage(): Promise<void> {
    this.storage = new NodeStorage();
    await this.crash();
  }

  /** Lets everything that can go on without time go on. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_QUIET; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Moves the clock to the alarm, and runs it. False where none is set. */
  async runAlarm(): Promise<boolean> {
    const at = this.storage.alarmAt;
    if (at === null) return false;
    this.clock.advanceTo(at);
    this.storage.alarmAt = null;
    await this.instance.tick(at).catch(ignoreKilled);
    await this.quiet();
    return true;
  }

  /** Runs alarms until no operation is under way and nothing is owed; false if that does not come about. */
  async settle(): Promise<boolean> {
    await this.quiet();
    for (let alarm = 0; alarm < ALARMS_MOST; alarm += 1) {
      if (this.isSettled()) return true;
      if (!(await this.runAlarm())) return false;
    }
    return false;
  }

  private isSettled(): boolean {
    const { storage } = this.instance.deps;
    if (!this.instance.hasRecord()) return true;
    const record = loadRecord(storage);
    return record.kind === 'sound' && unfinishedOperation(storage) === null && !owes(storage, record.state);
  }

  state(): InstanceState {
    const record = loadRecord(this.instance.deps.storage);
    if (record.kind !== 'sound') throw new Error(`the record is ${record.kind}`);
    return record.state;
  }

  /** Puts the record into a shape that an earlier life left it in. */
  rewrite(patch: Partial<InstanceState>): void {
    const state = this.state();
    saveState(this.instance.deps.storage, state, { ...state, ...patch }, this.clock.now());
  }

  /** Newest first. */
  operations(): Operation[] {
    return operationPage(this.instance.deps.storage, null, TIMELINE_LENGTH).items;
  }

  newestOperation(): Operation {
    const newest = this.operations()[0];
    if (newest === undefined) throw new Error('there is no operation yet');
    return newest;
  }

  /** Every row that the object keeps, by table, as it is stored. */
  storedRows(): Record<'record' | 'operations' | 'outbox', Record<string, SqlValue>[]> {
    const rowsOf = (table: string) => this.instance.deps.storage.exec(`SELECT * FROM ${table}`);
    return { record: rowsOf('record'), operations: rowsOf('operations'), outbox: rowsOf('outbox') };
  }

  /** Looks so often at everything that what takes two looks is believed. */
  async lookTwice(): Promise<void> {
    await this.instance.look('thorough');
    await this.instance.look('thorough');
  }

  /** The instance's machine and volume at the provider. */
  get machine(): WorldMachine {
    return there(this.world.machineOf(INSTANCE_ID));
  }

  get volume(): WorldVolume {
    return there(this.world.volumes[0]);
  }

  /** The kinds of what was found. */
  findings(): string[] {
    return this.state().drift.map(({ kind }) => kind);
  }

  /** Stores a record as some other release, or some other hand, could have left it. */
  async store(change: Partial<InstanceState>): Promise<void> {
    const { storage, clock } = this.instance.deps;
    saveState(storage, this.state(), { ...this.state(), ...change }, clock.now());
    await this.crash();
  }

  /** The status as the customer sees it. */
  status(): StatusView {
    return statusView(this.state(), unfinishedOperation(this.instance.deps.storage));
  }
}

export function ignoreKilled(error: unknown): void {
  if (!(error instanceof ProcessKilled)) throw error;
}

function there<Item>(item: Item | null | undefined): Item {
  if (item === null || item === undefined) throw new Error('there is none at the provider');
  return item;
}
