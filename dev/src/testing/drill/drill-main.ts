/** What `npm run drill` runs: proves, on a fleet of its own, that what is backed up can be restored. */
import { readCommandFlags, runCommand } from '../../backup/command-flags.ts';
import { backUpAndLose, type DrillCheck, restoreAndCompare } from './drill.ts';
import { openDrillSite } from './drill-site.ts';

const USAGE = `Makes a fleet at a simulated provider, backs it up at work, loses everything, restores it and compares.

npm run drill
  --help           show this

It touches no data of yours, and ends with 1 where anything is not as it was.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const lineOf = ({ what, wrong }: DrillCheck) =>
  wrong === null ? `ok      ${what}` : `WRONG   ${what}: ${wrong}`;

async function drill(): Promise<number> {
  const site = await openDrillSite();
  try {
    say('A fleet is made, backed up while part of it is at work, and lost.');
    const before = await backUpAndLose(site);
    say('It is restored, started and compared.\n');
    const checks = await restoreAndCompare(site, before);
    for (const check of checks) say(lineOf(check));
    const wrong = checks.filter((check) => check.wrong !== null).length;
    say(`\n${checks.length - wrong} as before, ${wrong} wrong.`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await site.close();
  }
}

await runCommand(async () => {
  if (readCommandFlags('drill', process.argv.slice(2), { help: 'boolean' }).help === true) {
    say(USAGE);
    return 0;
  }
  return drill();
});
