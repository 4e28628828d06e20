/** The reference of the CLI, made from the command tree itself. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { Cli } from './cli.ts';
import { exitCodeRows } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { processSurroundings } from './surroundings.ts';

/** Help is as wide as this, whatever terminal it is made in. */
const HELP_COLUMNS = 100;

const INTRODUCTION = `# The command line

<!-- Made from the command tree by "npm run documents": change that, not this file. -->

\`kiloclaw\` speaks to the platform API and to nothing else. From a checkout it runs as it is:
\`npm run --silent kiloclaw -- tiers\`, or \`./node_modules/.bin/kiloclaw tiers\`. To install it, run
\`npm run build -w apps/cli\`, again after every update of the checkout, and \`npm install -g ./apps/cli\`, which links to
it. \`apps/cli/dist/kiloclaw.mjs\` is the whole of it in one file: it runs on any machine with Node 20.12 or newer.

Completion: \`source <(kiloclaw completion bash)\` in \`~/.bashrc\`, which needs the package bash-completion, or
\`source <(kiloclaw completion zsh)\` in \`~/.zshrc\`; fish and PowerShell have theirs.
[apps/cli/examples/journeys.sh](../apps/cli/examples/journeys.sh) is a script that does what people do in the console,
and can be run again.`;

function helpOf(command: CommandUnknownOpts): string {
  let text = '';
  const take = (part: string) => {
    text += part;
  };
  command.configureOutput({
    writeOut: take,
    getOutHelpWidth: () => HELP_COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
}

function sectionOf(command: CommandUnknownOpts, path: string): string[] {
  const subcommands = command.createHelp().visibleCommands(command);
  const own = `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``;
  return [own, ...subcommands.flatMap((sub) => sectionOf(sub, `${path} ${sub.name()}`))];
}

/** docs/cli.md, whole. */
export function renderCliReference(): string {
  const program = createProgram(new Cli(processSurroundings(new AbortController().signal), () => false));
  const codes = exitCodeRows().map(([code, meaning]) => `| ${code} | ${meaning} |`);
  const exitCodes = ['## Exit codes', '', '| code | meaning |', '| --- | --- |', ...codes].join('\n');
  return `${[INTRODUCTION, exitCodes, ...sectionOf(program, 'kiloclaw')].join('\n\n')}\n`;
}
