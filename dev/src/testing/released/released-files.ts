/** What lies in the folder of a released fleet, beside what a backup holds. */
import { DATA } from '../../data-folder.ts';

/** What the release itself answered for each instance, right before it was killed. */
export const ANSWERS_FILE = 'answers.json';
/** What the providers had then. */
export const SIMULATORS = [DATA.flySimulator, DATA.northflankSimulator];
