/** What `npm run deploy` runs. */
import { DeployError } from './deploy-error.ts';
import { readFlags, USAGE } from './flags.ts';
import { runDeploy } from './run-deploy.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  // npm changes into the repository; a relative file is meant from where the person stood.
  const flags = readFlags(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (flags.help) say(USAGE);
  else await runDeploy({ flags, env: process.env, isTerminal: process.stdout.isTTY, say });
  process.exit(0);
} catch (error) {
  const isForPeople = error instanceof DeployError;
  const why = error instanceof Error ? error.message : 'unknown error';
  process.stderr.write(`${isForPeople ? why : `The deploy failed: ${why}`}\n`);
  process.exit(1);
}
