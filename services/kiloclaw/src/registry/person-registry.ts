/** The deletion of a person in Postgres, as the Worker does it: over one connection for the whole request. */
import {
  appendAudit,
  beginPersonDeletion,
  deletionTargets,
  openRegistry,
  personTraces,
  RegistryUnavailable,
  scrubPersonRows,
} from '@kiloclaw/db';
import type { Actor } from '@kiloclaw/platform-contract';
import type { DeletionPorts } from '../deletion/scrub-run.ts';
import type { Env } from '../env.ts';
import { inTime } from '../in-time.ts';
import { toJson } from '../instance/json.ts';

const CONNECT_TIMEOUT_S = 3;
/** Connecting included: a dead connection never answers. */
const ANSWER_TIMEOUT_MS = 30_000;

export interface DeletionRequest {
  readonly personId: string;
  readonly actor: Actor;
  readonly requestId: string;
}

type PersonRegistry = Pick<DeletionPorts, 'begin' | 'targets' | 'scrubRows' | 'traces' | 'conclude'>;

/** Hands out the registry of one deletion, and closes it afterwards. Its questions throw `RegistryUnavailable`. */
export async function withPersonRegistry<Answer>(
  env: Env,
  request: DeletionRequest,
  work: (registry: PersonRegistry) => Promise<Answer>,
): Promise<Answer> {
  const { db, close } = openRegistry(env.REGISTRY.connectionString, { connectTimeoutS: CONNECT_TIMEOUT_S });
  const { personId, requestId } = request;
  const { kind: actorKind, id: actorId } = request.actor;
  const entryId = crypto.randomUUID();
  try {
    return await work({
      begin: () =>
        soon(
          beginPersonDeletion(db, personId, { id: `${entryId}:requested`, actorKind, actorId, requestId }),
        ),
      targets: (page) => soon(deletionTargets(db, personId, page)),
      scrubRows: (instanceIds) => soon(scrubPersonRows(db, personId, instanceIds)),
      traces: () => soon(personTraces(db, personId)),
      conclude: (outcome, facts) =>
        soon(
          appendAudit(db, [
            {
              id: `${entryId}:result`,
              at: Date.now(),
              actorId,
              actorKind,
              action: 'scrub_person',
              targetUserId: personId,
              instanceId: null,
              operationId: null,
              requestId,
              outcome,
              before: null,
              after: null,
              metadata: toJson(facts),
              ip: null,
            },
          ]),
        ),
    });
  } finally {
    await close().catch(() => undefined);
  }
}

function soon<Answer>(question: Promise<Answer>): Promise<Answer> {
  return inTime(question, ANSWER_TIMEOUT_MS, () => {
    throw new RegistryUnavailable(`no answer within ${ANSWER_TIMEOUT_MS} ms`, null);
  });
}
