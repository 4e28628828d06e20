/** Where the running stack answers: for scripts and tests, in a file of the data folder. */
import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';

export const EndpointsSchema = z.object({
  /** Of the launcher. */
  pid: z.int(),
  readyAt: z.iso.datetime(),
  /** Of the console. */
  webUrl: z.string(),
  apiUrl: z.string(),
  /** Who can sign in to the console: addresses and passwords, for its owner alone to read. */
  accountsFile: z.string(),
  /** The file that holds the internal API key. */
  apiKeyFile: z.string(),
  dataDir: z.string(),
  logFile: z.string(),
  /** Null where Fly itself is used. */
  flySimulator: z.object({ url: z.string(), controlUrl: z.string() }).nullable(),
  /** Null where Northflank itself is used. */
  northflankSimulator: z.object({ url: z.string(), controlUrl: z.string() }).nullable(),
  /** By provider: whether it is on, where, or why not. */
  providers: z.record(z.string(), z.string()),
  /** Host, port and database, without user and password. */
  database: z.string(),
});
export type Endpoints = z.infer<typeof EndpointsSchema>;

type Known = Pick<
  Endpoints,
  'webUrl' | 'apiUrl' | 'flySimulator' | 'northflankSimulator' | 'providers' | 'database'
>;

/** Written only when everything is ready, and removed before anything stops: its presence means 'ready'. */
export async function writeEndpoints(folder: DataFolder, known: Known): Promise<Endpoints> {
  const endpoints: Endpoints = {
    pid: process.pid,
    readyAt: new Date().toISOString(),
    accountsFile: folder.path('accounts'),
    apiKeyFile: folder.path('apiKey'),
    dataDir: folder.root,
    logFile: folder.path('log'),
    ...known,
  };
  await folder.write('endpoints', `${JSON.stringify(endpoints, null, 2)}\n`);
  return endpoints;
}
