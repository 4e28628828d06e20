import { Option } from '@commander-js/extra-typings';
import { type ProviderId, ProviderIdSchema } from '@kiloclaw/platform-contract';
import { InvalidArgumentError } from 'commander';
import type { Api } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { createAsk } from '../doctor/ask.ts';
import { examine, type OnProgress } from '../doctor/examine.ts';
import { CROWD_KINDS, PROVIDER_KINDS } from '../doctor/finding.ts';
import { type FixRun, fixAll } from '../doctor/fix.ts';
import {
  drawReport,
  isHealthy,
  openFindings,
  type Report,
  reportDocument,
  sorted,
} from '../doctor/report.ts';
import { DOCTOR_KINDS } from '../doctor/words.ts';
import { EXIT } from '../exit-codes.ts';
import type { Program } from '../root.ts';
import { actorOf, asAdminOption } from './shared/actor.ts';
import { parseUserId } from './shared/target.ts';

/** Between two words on how far it is. */
const PROGRESS_EVERY_MS = 1_000;

const HELP = `
It ends with 0 where nothing is amiss, with 1 where something was found and not fixed, with 3 where some of the fleet
could not be examined. Nothing of another fleet is shown or touched.

--fix does by itself what loses nothing: it sets alarms, writes rows anew, brings back lost records, tries again what is
stuck. What could lose something (an orphan, a second machine, a volume that was left) is asked for one by one at a
terminal; without one, it says what to run.

Examples:
  kiloclaw doctor
  kiloclaw doctor --fix --as-admin support-1
  kiloclaw doctor --only orphan --only volume_missing --json
  kiloclaw doctor --user alice --no-live`;

const NOT_FIXED = { fixes: null, ended: null };

interface DoctorOptions {
  readonly user?: string | undefined;
  readonly provider?: ProviderId | undefined;
  readonly only?: readonly string[] | undefined;
  readonly live: boolean;
  readonly fix?: true | undefined;
  readonly asAdmin?: string | undefined;
}

export function addDoctor(program: Program, cli: Cli): void {
  program
    .command('doctor')
    .description('hold provider, objects and registry against each other over the whole fleet')
    .option('--fix', 'put right what loses nothing, and ask for the rest')
    .addOption(
      new Option(
        '--only <kind>',
        `this kind of finding alone; may be given again: ${DOCTOR_KINDS.join(', ')}`,
      ).argParser(collectKind),
    )
    .addOption(
      new Option('--user <id>', 'instances of this owner alone; providers are then not searched').argParser(
        parseUserId,
      ),
    )
    .addOption(new Option('--provider <provider>', 'this provider alone').choices(ProviderIdSchema.options))
    .option('--no-live', 'do not look at the providers anew: what each instance last saw is told')
    .addOption(asAdminOption())
    .addHelpText('after', HELP)
    .action((options) => runDoctor(cli, options));
}

function collectKind(kind: string, before: readonly string[] | undefined): readonly string[] {
  if (!DOCTOR_KINDS.some((known) => known === kind))
    throw new InvalidArgumentError(`is no kind of finding. Choose from: ${DOCTOR_KINDS.join(', ')}.`);
  return [...(before ?? []), kind];
}

async function runDoctor(cli: Cli, options: DoctorOptions): Promise<void> {
  const { user: userId, provider, only, live: isLive } = options;
  const api = await cli.api();
  const isWanted = (kind: string) => only === undefined || only.includes(kind);
  const searchedFor = isLive ? [...PROVIDER_KINDS, ...CROWD_KINDS] : PROVIDER_KINDS;
  const searchesProviders = userId === undefined && searchedFor.some(isWanted);
  const examination = await examine(api, { userId, provider, isLive, searchesProviders }, progressOf(cli));
  const findings = sorted(examination.findings.filter(({ kind }) => isWanted(kind)));
  const { fixes, ended } = options.fix ? await fixesOf(cli, api, options, findings) : NOT_FIXED;
  const report: Report = { ...examination, findings, fixes };
  if (ended !== null) return tellEnded(cli, report, ended);
  cli.output.answer(reportDocument(report), (screen) => drawReport(screen, report));
  if (openFindings(report) > 0) cli.exitCode = EXIT.refused;
  else if (!isHealthy(report)) cli.exitCode = EXIT.unreachable;
}

/** What was done until then is told all the same: nobody could tell it from what was not. */
function tellEnded(cli: Cli, report: Report, { facts }: CliError): never {
  if (cli.options.json !== true) cli.output.answer(null, (screen) => drawReport(screen, report));
  const nextStep = 'What was put right until then stays so. Run the doctor again for the rest.';
  throw new CliError({ ...facts, nextStep, more: { report: reportDocument(report) } });
}

function fixesOf(
  cli: Cli,
  api: Api,
  { asAdmin }: DoctorOptions,
  findings: Report['findings'],
): Promise<FixRun> {
  const { actor } = actorOf(asAdmin, api.connection);
  const ask = cli.isInteractive ? createAsk(cli, { api, actor }) : null;
  return fixAll({ api, actor, ask, say: (line) => cli.output.notes.line(line) }, findings);
}

/** A line now and then: a large fleet takes its time. */
function progressOf({ output, surroundings }: Cli): OnProgress {
  let toldAt = surroundings.now();
  return (checkedCount) => {
    const now = surroundings.now();
    if (now - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = now;
    output.notes.line(`${checkedCount} instances checked so far`);
  };
}
