/** Asks a page of instances what they hold sealed. One that fails keeps no other from its turn. */
import type { ErrorCode, SealingPage } from '@kiloclaw/platform-contract';
import type { SealingAnswer } from '../instance/instance-rpc.ts';

/** Instances that are asked at once: their start must not crowd out anybody's request. */
const ASKED_AT_ONCE = 10;

export interface SealingTarget {
  readonly instanceId: string;
  readonly userId: string;
}

export interface SealingPorts {
  readonly currentKeyId: string;
  /** In the order of their ids. Throws where the registry is away. */
  readonly readPage: () => Promise<readonly SealingTarget[]>;
  /** Throws where the instance refuses or does not answer. */
  readonly ask: (target: SealingTarget) => Promise<SealingAnswer>;
  readonly codeOf: (error: unknown) => ErrorCode;
}

/** `limit` is what the page was read with: a shorter one is the last. */
export async function pageOfSealing(ports: SealingPorts, limit: number): Promise<SealingPage> {
  const targets = await ports.readPage();
  const keys: Record<string, number> = {};
  const failed: SealingPage['failed'] = [];
  let resealed = 0;
  for (let first = 0; first < targets.length; first += ASKED_AT_ONCE) {
    const some = targets.slice(first, first + ASKED_AT_ONCE);
    const answers = await Promise.all(some.map((target) => answerOf(ports, target)));
    for (const { target, answer, code } of answers) {
      if (answer === null) failed.push({ ...target, code });
      resealed += answer?.resealed ?? 0;
      for (const [keyId, count] of Object.entries(answer?.keys ?? {}))
        keys[keyId] = (keys[keyId] ?? 0) + count;
    }
  }
  return {
    currentKeyId: ports.currentKeyId,
    instances: targets.length - failed.length,
    keys,
    resealed,
    failed,
    nextCursor: targets.length < limit ? null : (targets.at(-1)?.instanceId ?? null),
  };
}

async function answerOf({ ask, codeOf }: SealingPorts, target: SealingTarget) {
  try {
    return { target, answer: await ask(target), code: 'internal_error' as const };
  } catch (error) {
    return { target, answer: null, code: codeOf(error) };
  }
}
