import { runCommand } from '@kiloclaw/simulator-kit/command';
import { startFlySimulator } from './server.ts';

await runCommand('fly simulator', startFlySimulator);
