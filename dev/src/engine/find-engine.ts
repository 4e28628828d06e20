/** Finds the container engine that the machine already has. */
import { type EngineAddress, sendToEngine } from '@kiloclaw/control-plane/docker-fetcher';
import { EngineUnavailable } from './engine-unavailable.ts';

const DEFAULT_SOCKET_PATH = '/var/run/docker.sock';
const DEFAULT_TCP_PORT = 2375;
const PING_TIMEOUT_MS = 3_000;

const WITHOUT_TLS =
  'DOCKER_TLS_VERIFY is set, and engines are spoken to without TLS here: set DOCKER_HOST to a Unix socket, which an SSH tunnel makes of an engine elsewhere (ssh -L /path/to/docker.sock:/var/run/docker.sock host), and unset DOCKER_TLS_VERIFY.';

export interface EngineSurroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly defaultSocketPath?: string;
}

/** The engine that `DOCKER_HOST` names; null where it is not set. Throws EngineUnavailable where it can't be read. */
export function engineFromDockerHost(dockerHost: string | undefined): EngineAddress | null {
  if (dockerHost === undefined || dockerHost === '') return null;
  const url = URL.canParse(dockerHost) ? new URL(dockerHost) : null;
  if (url?.protocol === 'unix:' && url.host === '' && url.pathname.length > 1) {
    return { socketPath: decodeURIComponent(url.pathname) };
  }
  const isBare = url !== null && ['', '/'].includes(url.pathname) && url.search === '' && url.username === '';
  if (url?.protocol === 'tcp:' && isBare && url.hostname !== '') {
    // An IPv6 address has its brackets in a URL alone.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return { host, port: url.port === '' ? DEFAULT_TCP_PORT : Number(url.port) };
  }
  throw new EngineUnavailable(
    'DOCKER_HOST is not understood: set it to unix:///path/to/docker.sock or tcp://host:port, or unset it.',
  );
}

/** Whether an engine answers there within PING_TIMEOUT_MS. */
export async function engineAnswers(address: EngineAddress): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PING_TIMEOUT_MS);
    const answer = await sendToEngine(address, { method: 'GET', path: '/_ping', signal });
    answer.resume();
    return answer.statusCode === 200;
  } catch {
    return false;
  }
}

/**
 * The engine of `DOCKER_HOST`, else the one behind /var/run/docker.sock, else null.
 * A `DOCKER_HOST` that is broken or silent is an EngineUnavailable: whoever set it means that engine and no other.
 */
export async function findEngine(surroundings: EngineSurroundings = {}): Promise<EngineAddress | null> {
  const { env = process.env, defaultSocketPath = DEFAULT_SOCKET_PATH } = surroundings;
  const named = engineFromDockerHost(env.DOCKER_HOST);
  if (named !== null) {
    if ('host' in named && (env.DOCKER_TLS_VERIFY ?? '') !== '') throw new EngineUnavailable(WITHOUT_TLS);
    if (await engineAnswers(named)) return named;
    const where = 'socketPath' in named ? named.socketPath : `${named.host}:${named.port}`;
    throw new EngineUnavailable(
      `No container engine answers at ${where}, which DOCKER_HOST names: start it, or unset DOCKER_HOST.`,
    );
  }
  const standard = { socketPath: defaultSocketPath };
  return (await engineAnswers(standard)) ? standard : null;
}
