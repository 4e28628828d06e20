/** A static busybox: all that the demo image holds, and the network tools that a private engine is set up with. */
import { join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.ts';

/** The path of a binary that needs no library. Throws EngineUnavailable where Debian's packages can't be fetched. */
export async function staticBusybox(cacheDir: string): Promise<string> {
  return join(await unpackDebianPackages(cacheDir, ['busybox-static']), 'bin/busybox');
}
