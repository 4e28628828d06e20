/** The operations that the kill matrix goes through, each from the state that makes it do its whole work. */
import type { OperationKind, PlatformClient } from '@kiloclaw/platform-contract';
import { act, provision, type Target } from './fleet.ts';

export interface Scenario {
  readonly name: string;
  readonly kind: OperationKind;
  /** Brings a fresh instance to where the operation begins. */
  prepare(client: PlatformClient, target: Target): Promise<void>;
  /** Sends the request; how it is answered says nothing, since the stack may be killed meanwhile. */
  send(client: PlatformClient, target: Target): Promise<unknown>;
}

const OTHER_IMAGE = 'kiloclaw-demo:other';

const action = (name: 'start' | 'stop' | 'restart' | 'destroy') => (client: PlatformClient, target: Target) =>
  client.call(name, target, { waitS: 0 });

const running = (client: PlatformClient, target: Target) => provision(client, target);

async function stopped(client: PlatformClient, target: Target): Promise<void> {
  await provision(client, target);
  await act(client, 'stop', target);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'provision',
    kind: 'provision',
    prepare: async () => undefined,
    send: (client, target) => client.call('provision', { ...target, provider: 'fly' }, { waitS: 0 }),
  },
  {
    name: 'first start',
    kind: 'start',
    prepare: (client, target) => provision(client, target, { start: false }),
    send: action('start'),
  },
  { name: 'start', kind: 'start', prepare: stopped, send: action('start') },
  {
    name: 'start, other image',
    kind: 'start',
    prepare: async (client, target) => {
      await stopped(client, target);
      await provision(client, target, { image: OTHER_IMAGE });
    },
    send: action('start'),
  },
  { name: 'stop', kind: 'stop', prepare: running, send: action('stop') },
  { name: 'restart', kind: 'restart', prepare: running, send: action('restart') },
  {
    name: 'restart, other image',
    kind: 'restart',
    prepare: async (client, target) => {
      await running(client, target);
      await provision(client, target, { image: OTHER_IMAGE });
    },
    send: action('restart'),
  },
  { name: 'destroy', kind: 'destroy', prepare: running, send: action('destroy') },
];
