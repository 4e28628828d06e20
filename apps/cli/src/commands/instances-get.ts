import type { DebugView, StatusView } from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import { type Cell, toned } from '../output/cells.ts';
import { diskWords, sizeWords } from '../output/hardware-words.ts';
import type { Screen } from '../output/screen.ts';
import { statusCell } from '../output/status-words.ts';
import { timeWords } from '../output/times.ts';
import type { InstancesCommand } from './instances.ts';
import { findTarget, instanceArgument, userOption } from './shared/target.ts';

type Pairs = readonly (readonly [string, Cell])[];

export function addInstancesGet(instances: InstancesCommand, cli: Cli): void {
  instances
    .command('get')
    .description('one instance: what it is, what it runs on and why, what was found on it')
    .addArgument(instanceArgument())
    .addOption(userOption())
    .option('--live', 'ask the provider first')
    .option('--customer-view', 'what its customer may see, and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  kiloclaw instances get 7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11\n  kiloclaw instances get alice-box --live --json',
    )
    .action(async (instance, { user, live, customerView }) => {
      const api = await cli.api();
      const target = await findTarget(api, instance, user);
      if (customerView) {
        const { body } = await api.call('status', target);
        cli.output.answer(body, (screen) => screen.pairs(statusPairs(body)));
        return;
      }
      const { body } = await api.call('debugStatus', live ? { ...target, live: 'true' } : target);
      cli.output.answer(body, (screen) => draw(screen, body));
    });
}

function statusPairs(view: StatusView): Pairs {
  return [
    ['instance', view.instanceId],
    ['sandbox', view.sandboxId],
    ['name', view.name],
    ['owner', view.userId],
    ['status', statusCell(view.status)],
    ['provider', view.provider],
    ['region', view.region],
    ['tier', view.instanceType],
    ['billed machine', sizeWords(view.machineSize)],
    ['disk', diskWords(view.volumeSizeGb)],
    ['endpoint', view.endpoint],
    ['created', timeWords(view.createdAt)],
    ['started', timeWords(view.startedAt)],
    ['stopped', timeWords(view.stoppedAt)],
    ['operation', view.operation === null ? null : `${view.operation.kind} ${view.operation.id}`],
  ];
}

function overrideWords({ sizeOverride, whyThisSize }: DebugView): Cell {
  if (sizeOverride === null) return null;
  const { preset, machineSize, actorId, reason, expiresAt } = sizeOverride;
  const until = expiresAt === undefined ? 'until cleared' : `until ${timeWords(expiresAt)}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return toned(
    'warn',
    `${preset ?? sizeWords(machineSize)} by ${actorId}, ${until} (${whyThisSize.overridePhase})${why}`,
  );
}

function draw(screen: Screen, view: DebugView): void {
  screen.pairs([
    ...statusPairs(view),
    ['size override', overrideWords(view)],
    ['pending restart', view.pendingRestart ? toned('warn', 'yes') : 'no'],
    ['why this size', view.whyThisSize.sentence],
    ['out of memory', timeWords(view.lastOutOfMemoryAt)],
    ['record', view.stateError === null ? 'sound' : toned('bad', view.stateError)],
  ]);
  if (view.drift.length === 0) return;
  screen.line();
  screen.table(
    ['drift', 'since', 'details'],
    view.drift.map(({ kind, since, details }) => [
      toned('warn', kind),
      timeWords(since),
      JSON.stringify(details),
    ]),
  );
}
