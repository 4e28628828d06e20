/** The hands that make demo instances: the platform API as any caller has it. Each may be asked again after a start that was cut short. */
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformApiError, type PlatformClient, type RouteInput } from '@kiloclaw/platform-contract';

const WAIT_S = 60;
const REST_LOOKS_MAX = 600;
const LOOK_AGAIN_MS = 100;
/** What an earlier start began goes on by itself: it ends, and then the way is free. */
const TRIES_MAX = 3;

export interface Who {
  readonly userId: string;
  readonly instanceId: string;
  readonly name: string;
}

type Built = Pick<
  RouteInput<'provision'>,
  'instanceType' | 'machineSize' | 'volumeSizeGb' | 'start' | 'provider'
>;
type Loan = Pick<RouteInput<'setSizeOverride'>, 'preset' | 'reason' | 'expiresAt' | 'apply'>;

export interface DemoMaker {
  /** Where the machine is to run, for those that may run in a container. */
  readonly containers: 'docker-local' | 'fly';
  provision(who: Who, built: Built): Promise<void>;
  act(action: 'stop' | 'destroy', who: Who): Promise<void>;
  lend(who: Who, loan: Loan): Promise<void>;
  /** A look at the provider; answers what the instance has there. */
  look(who: Who): Promise<Readonly<Record<string, unknown>>>;
  /** Waits until nothing is under way; throws where that takes too long. */
  untilAtRest(who: Who): Promise<void>;
  isDestroyed(who: Who): Promise<boolean>;
}

export function emailOf(userId: string): string {
  return `${userId}@example.com`;
}

export interface DemoHands {
  readonly containers: DemoMaker['containers'];
  /** Who lends. */
  readonly adminId: string;
}

export function createDemoMaker(client: PlatformClient, { containers, adminId }: DemoHands): DemoMaker {
  const target = ({ userId, instanceId }: Who) => ({ userId, instanceId });
  const debugStatus = async (who: Who, live: 'true' | 'false') =>
    (await client.call('debugStatus', { ...target(who), live })).body;
  const untilAtRest = async (who: Who) => {
    for (let look = 1; look <= REST_LOOKS_MAX; look += 1) {
      if ((await debugStatus(who, 'false')).operation === null) return;
      await delay(LOOK_AGAIN_MS);
    }
    throw new Error('what is under way there takes too long: see its operations');
  };
  const inItsTurn = async (who: Who, work: () => Promise<unknown>) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        if (!isBusy(error) || attempt >= TRIES_MAX) throw error;
        await untilAtRest(who);
      }
    }
  };
  return {
    containers,
    provision(who, built) {
      const body = { ...target(who), userEmail: emailOf(who.userId), name: who.name, ...built };
      return inItsTurn(who, () => client.call('provision', body, { waitS: WAIT_S }));
    },
    act: (action, who) => inItsTurn(who, () => client.call(action, target(who), { waitS: WAIT_S })),
    lend(who, loan) {
      const body = { ...target(who), actor: { kind: 'admin' as const, id: adminId }, ...loan };
      return inItsTurn(who, () => client.call('setSizeOverride', body, { waitS: WAIT_S }));
    },
    look: async (who) => (await debugStatus(who, 'true')).providerState,
    untilAtRest,
    async isDestroyed(who) {
      try {
        return (await client.call('status', target(who))).body.status === 'destroyed';
      } catch (error) {
        if (error instanceof PlatformApiError && error.code === 'instance_not_found') return false;
        throw error;
      }
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof PlatformApiError && error.code === 'operation_in_progress';
}
