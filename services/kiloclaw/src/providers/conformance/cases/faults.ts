/**
 * Every call of a whole life, broken in every way. One life for each kind of fault and each place: the first call of every
 * step, then the second one, and so on, until no step makes so many. So a call that an adapter makes anew is covered
 * without anybody's remembering it.
 */
import assert from 'node:assert/strict';
import type { ProviderError, ProviderErrorKind } from '../../provider-error.ts';
import type { Case } from '../case.ts';
import { type ArmedFault, type CallFault, THROTTLE_MS } from '../faults.ts';
import type { Life } from '../life.ts';
import { livesAt, PROVISION, READS, requireCounts, takeAndProve } from '../script.ts';
import type { Stage } from '../stage.ts';
import { NEW_MACHINE, type Step } from '../steps.ts';
import { thrownBy } from '../thrown.ts';

/** Calls of one step that are broken in turn. */
const PLACES_MOST = 16;
/** For a call that is given up. */
const GIVEN_UP_AFTER_MS = 300;

/** What one broken step came to. */
interface Broken {
  readonly step: string;
  readonly armed: ArmedFault;
  readonly error: ProviderError | null;
}

interface FaultRule {
  readonly fault: CallFault;
  readonly name: string;
  /** Throws where the adapter's answer to the fault is a wrong one. */
  readonly judge: (broken: Broken) => void;
}

/** Refusals that a state on its way to another one explains: another call of the same step was not broken, and refused. */
const NOT_YET: readonly ProviderErrorKind[] = ['precondition', 'conflict'];

function requireKind({ step, armed, error }: Broken, kinds: readonly ProviderErrorKind[]): void {
  if (error === null) return;
  const isAllowed = [...kinds, ...NOT_YET].includes(error.kind);
  assert.ok(isAllowed, `${step} (${armed.hit?.what}) ended in ${error.kind}: ${error.message}`);
}

/** A lost answer to an effect can be anything; a read is simply not answered. */
function requireDoubt(broken: Broken): void {
  requireKind(broken, broken.armed.hit?.isEffect ? ['ambiguous'] : ['unavailable', 'ambiguous']);
}

/** Definitely not done, or in doubt: never a success of an effect. */
function requireNoSuccess(broken: Broken): void {
  if (broken.armed.hit?.isEffect) {
    assert.ok(broken.error, `${broken.step} (${broken.armed.hit.what}) was told as done`);
  }
  requireKind(broken, ['unavailable', 'ambiguous']);
}

function requireThrottle({ step, armed, error }: Broken): void {
  const what = `${step} (${armed.hit?.what})`;
  assert.equal(error?.kind, 'rate_limited', `${what} was throttled`);
  assert.equal(error?.facts.retryAfterMs, THROTTLE_MS, `how long ${what} is to wait`);
  assert.equal(armed.callsAfter, 0, `calls of ${step} after it was throttled`);
}

const RULES: readonly FaultRule[] = [
  {
    fault: 'answer_lost',
    name: 'an answer that is lost is ambiguous, and a new look adopts what was done',
    judge: requireDoubt,
  },
  {
    fault: 'never_arrived',
    name: 'a call that never arrived is in doubt, and is made again after a look',
    judge: requireDoubt,
  },
  { fault: 'refused', name: 'a 503 is no success, and passes', judge: requireNoSuccess },
  { fault: 'error_page', name: 'a gateway’s error page is no success, and passes', judge: requireNoSuccess },
  {
    fault: 'stray_404_page',
    name: 'a 404 page that is not the provider’s is neither an absence nor a success',
    judge: requireNoSuccess,
  },
  {
    fault: 'garbled',
    name: 'an answer that is cut is in doubt, and a new look adopts what was done',
    judge: requireDoubt,
  },
  {
    fault: 'throttled',
    name: 'a 429 is rate_limited with its wait, and nothing more is asked',
    judge: requireThrottle,
  },
  {
    fault: 'slow',
    name: 'a slow answer is an answer',
    judge: (broken) => requireKind(broken, []),
  },
  {
    fault: 'echoed',
    name: 'a refusal that repeats what was sent tells nothing of it',
    judge: ({ step, armed, error }) => {
      if (armed.hit?.isEffect) assert.ok(error, `${step} (${armed.hit.what}) was refused`);
    },
  },
  {
    fault: 'echoed_deeper',
    name: 'a server error that repeats what was sent tells nothing of it',
    judge: requireNoSuccess,
  },
];

/** One life whose steps each meet with the fault at their `nth` call; answers how many did. */
async function lifeUnder(
  stage: Stage,
  steps: readonly Step[],
  { fault, judge }: FaultRule,
  nth: number,
): Promise<number> {
  const life = stage.newLife();
  let hits = 0;
  for (const step of steps) {
    const isHit = await broken(stage, life, step, { fault, judge, nth });
    if (isHit) hits += 1;
    await step.prove?.(life);
    await requireCounts(life, step);
    if (step === NEW_MACHINE) hits += await brokenReads(stage, life, { fault, judge, nth });
  }
  return hits;
}

interface Break {
  readonly fault: CallFault;
  readonly judge: FaultRule['judge'];
  readonly nth: number;
}

/** The step under the fault, then, by a new process that knows what was recorded before, to its end. */
async function broken(stage: Stage, life: Life, step: Step, { fault, judge, nth }: Break): Promise<boolean> {
  const recorded = life.resources;
  life.crash(recorded);
  const armed = stage.bench.faults.arm(fault, nth);
  const error = await thrownBy(step.act(life).then((learned) => life.learn(learned)));
  armed.disarm();
  if (armed.hit === null) {
    if (error !== null) await takeAndProve(life, step, { lookFirst: true });
    return false;
  }
  judge({ step: step.name, armed, error });
  life.crash(recorded);
  await takeAndProve(life, step, { lookFirst: true });
  return true;
}

async function brokenReads(stage: Stage, life: Life, { fault, judge, nth }: Break): Promise<number> {
  let hits = 0;
  for (const { name, read } of READS) {
    life.crash();
    const armed = stage.bench.faults.arm(fault, nth);
    const error = await thrownBy(
      read(life).then((found) => assert.ok(found, `${name} tells an absence under ${fault}`)),
    );
    armed.disarm();
    if (armed.hit === null) continue;
    hits += 1;
    judge({ step: name, armed, error });
  }
  return hits;
}

const caseOf = (rule: FaultRule): Case => ({
  name: `in every call: ${rule.name}`,
  group: 'faults',
  async run(stage) {
    for (const steps of livesAt(stage.newLife())) {
      let total = 0;
      for (let nth = 1; ; nth += 1) {
        assert.ok(nth <= PLACES_MOST, `a step makes more than ${PLACES_MOST} calls`);
        const hits = await lifeUnder(stage, steps, rule, nth);
        if (hits === 0) break;
        total += hits;
      }
      assert.ok(total > 0, `no call met with ${rule.fault}`);
    }
  },
});

const silence: Case = {
  name: 'in every call of a provision: one that is never answered is given up, and is in doubt',
  group: 'faults',
  async run(stage) {
    let total = 0;
    for (let nth = 1; nth <= PLACES_MOST; nth += 1) {
      const life = stage.newLife();
      let hits = 0;
      for (const step of PROVISION) {
        const recorded = life.resources;
        life.crash(recorded, { callTimeoutMs: GIVEN_UP_AFTER_MS, readTries: 1 });
        const armed = stage.bench.faults.arm('silent', nth);
        const error = await thrownBy(step.act(life));
        armed.disarm();
        if (armed.hit !== null) {
          hits += 1;
          requireNoSuccess({ step: step.name, armed, error });
        }
        life.crash(recorded);
        await takeAndProve(life, step, { lookFirst: true });
      }
      if (hits === 0) break;
      total += hits;
    }
    assert.ok(total > 0, 'no call met with silence');
  },
};

export const FAULT_CASES: readonly Case[] = [...RULES.map(caseOf), silence];
