/** Whatever is stored today, release 0.1.0 must be able to take up: an upgrade that could not be taken back is none. */
import { CpuKindSchema, InstanceTypeSchema, OverridePresetSchema } from '@kiloclaw/instance-tiers';
import {
  ActorSchema,
  ERROR_STATUS,
  InstanceStatusSchema,
  OperationKindSchema,
  OperationStatusSchema,
  ProviderIdSchema,
  RepairableFindingSchema,
  StepStatusSchema,
} from '@kiloclaw/platform-contract';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ZodType } from 'zod';
import { createVault } from '../vault.ts';
import { SUPPORTED_OPERATION_KINDS } from './operations/kinds.ts';
import { sealingPurpose } from './operations/machine-spec.ts';
import { STATE_SCHEMA_VERSION } from './state.ts';
import type { InstanceStorage } from './storage/instance-storage.ts';
import { migrateStorage } from './storage/storage-migrations.ts';
import { NodeStorage } from './testing/node-storage.ts';
import { openSealed } from './testing/released/0.1.0/open-sealed.ts';
import * as released from './testing/released/0.1.0/stored-state.ts';
import { accepted, INSTANCE_ID, refusal, TestInstance } from './testing/test-instance.ts';
import { WRITER_RUNS } from './testing/writer-runs.ts';

/** What 0.1.0 could not have read, and how often each kind of thing was stored at all. */
const unread = new Set<string>();
const storedOf = { record: 0, operation: 0, audit: 0 };
const kinds = new Set<string>();

function readBack(kind: keyof typeof storedOf, schema: ZodType, text: unknown): void {
  storedOf[kind] += 1;
  const raw: unknown = JSON.parse(String(text));
  const read = schema.safeParse(raw);
  if (!read.success) {
    for (const { path, message } of read.error.issues) unread.add(`${kind}: ${path.join('.')}: ${message}`);
    return;
  }
  // It writes back what it has read: nothing may be lost on the way.
  if (JSON.stringify(sorted(read.data)) !== JSON.stringify(sorted(raw))) unread.add(`${kind}: loses a field`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function readOperation(storage: InstanceStorage, id: string): void {
  const [row] = storage.exec<{ body: string }>('SELECT body FROM operations WHERE id = ?', id);
  readBack('operation', released.Operation, row?.body);
}

vi.mock(import('./storage/record-store.ts'), async (load) => {
  const real = await load();
  const saveState: typeof real.saveState = (storage, ...rest) => {
    const state = real.saveState(storage, ...rest);
    const [row] = storage.exec<{ state: string }>('SELECT state FROM record');
    readBack('record', released.State, row?.state);
    return state;
  };
  return { ...real, saveState };
});

vi.mock(import('./storage/operation-store.ts'), async (load) => {
  const real = await load();
  const insertOperation: typeof real.insertOperation = (storage, operation) => {
    real.insertOperation(storage, operation);
    kinds.add(operation.kind);
    readOperation(storage, operation.id);
  };
  const saveOperation: typeof real.saveOperation = (storage, operation) => {
    real.saveOperation(storage, operation);
    readOperation(storage, operation.id);
  };
  return { ...real, insertOperation, saveOperation };
});

vi.mock(import('./storage/outbox.ts'), async (load) => {
  const real = await load();
  const appendToOutbox: typeof real.appendToOutbox = (storage, row) => {
    real.appendToOutbox(storage, row);
    readBack('audit', released.AuditRow, JSON.stringify(row));
  };
  return { ...real, appendToOutbox };
});

describe('what every writer stores', () => {
  beforeAll(async () => {
    for (const run of Object.values(WRITER_RUNS)) await run();
  });

  it('is read by 0.1.0, and survives being written back by it', () => {
    expect([...unread]).toEqual([]);
    expect([...kinds].sort()).toEqual([...SUPPORTED_OPERATION_KINDS].sort());
    expect(Math.min(...Object.values(storedOf))).toBeGreaterThan(50);
  });
});

describe('the words that may be stored', () => {
  // A new word is read by one release, and written by the next one: until then it stands here, with what keeps it out
  // of what is stored.
  const NOT_STORED: readonly string[] = [];
  const today: Record<Exclude<keyof typeof released.WORDS, 'auditOutcome'>, readonly string[]> = {
    provider: ProviderIdSchema.options,
    instanceStatus: InstanceStatusSchema.options,
    instanceType: InstanceTypeSchema.options,
    preset: OverridePresetSchema.options,
    cpuKind: CpuKindSchema.options,
    operationKind: OperationKindSchema.options,
    operationStatus: OperationStatusSchema.options,
    stepStatus: StepStatusSchema.options,
    actorKind: ActorSchema.shape.kind.options,
    repairableFinding: RepairableFindingSchema.options,
    errorCode: Object.keys(ERROR_STATUS),
  };

  it.each(Object.entries(today))('of %s are known to 0.1.0', (name, words) => {
    const known: readonly string[] = released.WORDS[name as keyof typeof today];
    expect(words.filter((word) => !known.includes(word) && !NOT_STORED.includes(word))).toEqual([]);
  });
});

describe('an object’s tables', () => {
  it('have every column of 0.1.0, and take its statements', () => {
    const storage = new NodeStorage().open();
    migrateStorage(storage);
    for (const [table, columns] of Object.entries(released.TABLES)) {
      const found = storage.exec<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`);
      expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining([...columns]));
    }
    for (const statement of released.STATEMENTS) {
      const bindings = Array.from(statement.match(/\?/g) ?? [], (_, index) => `${index}`);
      storage.exec(statement, ...bindings);
    }
  });
});

describe('what is sealed', () => {
  it('is opened by 0.1.0, for its instance and field', async () => {
    const secret = new Uint8Array(32).fill(7);
    const vault = createVault([{ id: 'current', secret }]);
    for (const field of ['env', 'secrets'] as const) {
      const sealed = await vault.seal('{"COLOUR":"red"}', sealingPurpose(INSTANCE_ID, field));
      const opened = openSealed(new Map([['current', secret]]), sealed, INSTANCE_ID, field);
      expect(opened).toBe('{"COLOUR":"red"}');
    }
  });
});

describe('the version of the record', () => {
  it('is the one of 0.1.0, which looks at none and would save a later one as its own', () => {
    expect(STATE_SCHEMA_VERSION).toBe(released.STATE_VERSION);
  });

  it('when it is later than ours, refuses the owner by a sentence, hides it from strangers, and keeps every byte', async () => {
    const test = await new TestInstance().provisioned();
    const { storage } = test.instance.deps;
    const later = STATE_SCHEMA_VERSION + 1;
    storage.exec("UPDATE record SET schema_version = ?, state = json_set(state, '$.fromLater', 1)", later);
    const before = storage.exec('SELECT * FROM record');
    await test.crash();
    await test.runAlarm();
    expect(refusal(await test.change('stop'))).toMatchObject({
      code: 'state_invalid',
      message: expect.stringMatching(/version 4, written by a later release.*run the later release again/),
    });
    expect(refusal(await test.change('stop', { caller: test.caller('user_bob') })).code).toBe(
      'instance_not_found',
    );
    await test.lookTwice();
    accepted(await test.scrub('somebody-else'));
    expect(test.instance.deps.storage.exec('SELECT * FROM record')).toEqual(before);
    expect(test.world.countOf('stopMachine')).toBe(0);
  });
});
