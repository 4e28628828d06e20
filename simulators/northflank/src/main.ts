import { runCommand } from '@kiloclaw/simulator-kit/command';
import { startNorthflankSimulator } from './server.ts';

await runCommand('northflank simulator', startNorthflankSimulator);
