/** What has happened to an instance, in words for its customer. Pure. */
import type { OperationStatus } from '@kiloclaw/platform-contract';
import type { CustomerOperationKind } from '../../../server/views/customer-kinds.ts';
import type { CustomerStepName } from '../../../server/views/customer-steps.ts';
import type { CustomerOperation } from '../../../server/views/customer-view.ts';
import type { Tone } from '../../ui/tone.ts';

interface KindWords {
  /** While it is under way. */
  readonly doing: string;
  readonly done: string;
  /** Where the customer asked for it. */
  readonly doneByYou: string;
  readonly failed: string;
}

export const KIND_WORDS: Record<CustomerOperationKind, KindWords> = {
  provision: {
    doing: 'Being made',
    done: 'Your instance was made',
    doneByYou: 'You made your instance',
    failed: 'Your instance could not be made',
  },
  start: {
    doing: 'Starting',
    done: 'Your instance was started',
    doneByYou: 'You started your instance',
    failed: 'Your instance could not be started',
  },
  stop: {
    doing: 'Stopping',
    done: 'Your instance was stopped',
    doneByYou: 'You stopped your instance',
    failed: 'Your instance could not be stopped',
  },
  restart: {
    doing: 'Restarting',
    done: 'Your instance was restarted',
    doneByYou: 'You restarted your instance',
    failed: 'Your instance could not be restarted',
  },
  destroy: {
    doing: 'Being removed',
    done: 'Your instance was removed',
    doneByYou: 'You removed your instance',
    failed: 'Your instance could not be removed',
  },
  resize: {
    doing: 'Moving to another tier',
    done: 'Your instance was moved to another tier',
    doneByYou: 'You moved your instance to another tier',
    failed: 'Your instance could not be moved to another tier',
  },
  extend_volume: {
    doing: 'Getting more disk',
    done: 'Your instance was given more disk',
    doneByYou: 'You gave your instance more disk',
    failed: 'Your instance could not be given more disk',
  },
  maintenance: {
    doing: 'Under maintenance',
    done: 'Maintenance was done on your instance',
    doneByYou: 'Maintenance was done on your instance',
    failed: 'Maintenance of your instance did not succeed',
  },
};

export const STEP_WORDS: Record<CustomerStepName, string> = {
  prepare: 'Prepare',
  stop: 'Stop',
  start: 'Start',
  ready: 'Wait until it runs',
};

interface Told {
  readonly sentence: string;
  readonly tone: Tone;
}

const STUCK = 'this takes longer than usual, and is tried again by itself';

/** One line of the timeline. */
export function operationTold({ kind, status, byOwner }: CustomerOperation): Told {
  const words = KIND_WORDS[kind];
  const told: Record<OperationStatus, Told> = {
    running: { sentence: words.doing, tone: 'accent' },
    stuck: { sentence: `${words.doing}: ${STUCK}`, tone: 'warning' },
    succeeded: { sentence: byOwner ? words.doneByYou : words.done, tone: 'positive' },
    failed: { sentence: words.failed, tone: 'danger' },
    superseded: { sentence: `${words.doing} was given up for something newer`, tone: 'neutral' },
  };
  return told[status];
}
