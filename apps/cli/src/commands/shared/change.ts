/** One change of one instance, from its name on the command line to its end. */
import { randomUUID } from 'node:crypto';
import type {
  CallOptions,
  Failure,
  GatedAction,
  OperationAnswer,
  Plan,
  RequestActorSchema,
} from '@kiloclaw/platform-contract';
import type { z } from 'zod';
import type { Api } from '../../api/api.ts';
import type { Cli } from '../../cli.ts';
import { CliError, unanswered } from '../../cli-error.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { followOperation } from '../../operations/follow.ts';
import { tellOutcome } from '../../operations/outcome.ts';
import { toned } from '../../output/cells.ts';
import { drawPlan } from '../../output/plan-view.ts';
import { actorOf } from './actor.ts';
import { type ChangeOptions, waitMsOf } from './change-options.ts';
import { confirmTyped, confirmYes, mustAsk } from './consent.ts';
import { findTarget, type Target } from './target.ts';

/** An answer that comes this soon needs no question after it. */
const FIRST_WAIT_S = 1;

type RequestActor = z.infer<typeof RequestActorSchema>;

/** What every change says of itself: whose instance, and in whose name. */
export type Named = Target & { readonly actor?: RequestActor };

export interface ChangeCall {
  readonly api: Api;
  readonly named: Named;
}

export interface Change {
  readonly instance: string;
  readonly options: ChangeOptions;
  /** Asks for the change itself. `planHash` is that of the plan that a person has agreed to. */
  send(call: ChangeCall, options: CallOptions, planHash: string | undefined): Promise<OperationAnswer>;
}

export interface PlannedChange extends Change {
  /** The change as a dry-run. */
  plan(call: ChangeCall): Promise<Plan>;
  /** Whether a plan that is refused says that everything is as it was asked for. */
  isSoAlready?(plan: Plan): boolean;
}

export interface GatedChange extends Change {
  /** What debug-status answers for it: the dry-run of what has no plan. */
  readonly gate: GatedAction;
  /** Asked before it is done; typed where it can't be taken back. None for what is easily undone. */
  readonly question?: { readonly text: string; readonly isTyped: boolean };
}

async function open(cli: Cli, { instance, options }: Change): Promise<ChangeCall> {
  const api = await cli.api();
  const target = await findTarget(api, instance, options.user);
  return { api, named: { ...target, ...actorOf(options.asAdmin, api.connection) } };
}

async function carryOut(cli: Cli, change: Change, call: ChangeCall, planHash?: string): Promise<void> {
  const { api, named } = call;
  const { options } = change;
  const waitMs = waitMsOf(options);
  const idempotencyKey = options.idempotencyKey ?? randomUUID();
  const target = { userId: named.userId, instanceId: named.instanceId };
  const first = await change
    .send(call, { idempotencyKey, waitS: waitMs === 0 ? 0 : FIRST_WAIT_S }, planHash)
    .catch((error: unknown) => {
      throw unanswered(error, `To find out: kiloclaw ops list ${target.instanceId} --user ${target.userId}`);
    });
  const last = await followOperation(cli, api, target, first, waitMs);
  tellOutcome(cli, target, last);
}

/** A change of hardware: its plan is shown, and what is agreed to is what is done. */
export async function runPlanned(cli: Cli, change: PlannedChange): Promise<void> {
  const { options } = change;
  const isAsked = options.dryRun ? false : mustAsk(cli, options.yes);
  const call = await open(cli, change);
  if (options.dryRun) return showPlan(cli, await change.plan(call));
  if (!isAsked)
    return carryOut(cli, change, call).catch((error: unknown) => acceptIfSo(cli, change, call, error));
  const plan = await change.plan(call);
  if (change.isSoAlready?.(plan)) return tellSoAlready(cli, plan);
  drawPlan(cli.output.notes, plan);
  if (plan.refusal !== null) throw refusedBy(plan.refusal);
  await confirmYes(cli, 'Do it?');
  await carryOut(cli, change, call, plan.hash);
}

function showPlan(cli: Cli, plan: Plan): void {
  cli.output.answer({ plan }, (screen) => drawPlan(screen, plan));
  if (!plan.allowed) cli.exitCode = EXIT.refused;
}

/** A refusal that means 'it is so already' is a success: a script may be run again. */
async function acceptIfSo(cli: Cli, change: PlannedChange, call: ChangeCall, error: unknown): Promise<void> {
  if (
    !(error instanceof CliError) ||
    error.facts.exitCode !== EXIT.refused ||
    change.isSoAlready === undefined
  )
    throw error;
  const plan = await change.plan(call);
  if (!change.isSoAlready(plan)) throw error;
  tellSoAlready(cli, plan);
}

function tellSoAlready(cli: Cli, plan: Plan): void {
  cli.output.answer({ operation: null, result: null, unchanged: true, plan }, (screen) =>
    screen.line(toned('good', '✓'), 'It is so already: nothing was changed.'),
  );
}

/** A change without a plan: a dry-run tells whether it would be taken. */
export async function runGated(cli: Cli, change: GatedChange): Promise<void> {
  const { options, question } = change;
  const isAsked = options.dryRun || question === undefined ? false : mustAsk(cli, options.yes);
  const call = await open(cli, change);
  if (options.dryRun) return showGate(cli, change, call);
  if (isAsked && question !== undefined) await confirm(cli, question, call.named, change.instance);
  await carryOut(cli, change, call);
}

async function confirm(
  cli: Cli,
  { text, isTyped }: NonNullable<GatedChange['question']>,
  { userId, instanceId }: Target,
  instance: string,
): Promise<void> {
  const what = `${text} It is ${instanceId} of ${userId}.`;
  if (isTyped) await confirmTyped(cli, what, [...new Set([instanceId, instance])]);
  else await confirmYes(cli, `${what} Go on?`);
}

async function showGate(cli: Cli, { gate }: GatedChange, { api, named }: ChangeCall): Promise<void> {
  const { userId, instanceId } = named;
  const { body } = await api.call('debugStatus', { userId, instanceId });
  const { allowed, reason, message } = body.actions[gate];
  const { name, status, provider } = body;
  const answer = {
    dryRun: {
      action: gate,
      allowed,
      reason,
      message,
      instance: { instanceId, userId, name, status, provider },
    },
  };
  cli.output.answer(answer, (screen) =>
    screen.pairs([
      ['instance', instanceId],
      ['name', name],
      ['owner', userId],
      ['status', status],
      [
        gate.replaceAll('_', ' '),
        allowed ? toned('good', 'would be done') : toned('bad', `${message ?? 'refused'} (${reason})`),
      ],
    ]),
  );
  if (!allowed) cli.exitCode = EXIT.refused;
}

function refusedBy({ code, message, details }: Failure): CliError {
  return new CliError({ exitCode: exitCodeOf(code), code, message, details });
}
