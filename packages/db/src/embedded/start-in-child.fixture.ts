// Starts an embedded Postgres, says where it is in one line of JSON, and stops it when its input ends.
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const [dataDir = '', sharedRoot = ''] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDir, sharedRoot });
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
process.stdin.resume();
process.stdin.once('end', () => void server.stop());
