/** A registry with one image in it, on this machine: enough of the distribution protocol for an engine to pull it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

const REPOSITORY = 'team/app';
const TAG = 'v1';
const CHUNK_BYTES = 65_536;
const TAR_BLOCK_BYTES = 512;

export interface ImageRegistry {
  /** By its tag. */
  readonly image: string;
  readonly imageByDigest: string;
  /** One that it does not have. */
  readonly absent: string;
  /** How often a layer was begun. */
  readonly layersBegun: () => number;
  close(): Promise<void>;
}

interface Blob {
  readonly type: string;
  readonly bytes: Buffer;
}

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** One file, as tar has it. */
function tarOf(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(TAR_BLOCK_BYTES);
  head.write(name, 0);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\0', 257);
  head.write('00', 263);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((TAR_BLOCK_BYTES - (content.length % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
  return Buffer.concat([head, content, padding, Buffer.alloc(2 * TAR_BLOCK_BYTES)]);
}

function blobsOf(layerContent: Buffer) {
  const tar = tarOf('file', layerContent);
  const layer: Blob = {
    type: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    bytes: gzipSync(tar, { level: 0 }),
  };
  const config: Blob = {
    type: 'application/vnd.docker.container.image.v1+json',
    bytes: Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        os: 'linux',
        config: { Cmd: ['/file'] },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      }),
    ),
  };
  const describe = ({ type, bytes }: Blob) => ({
    mediaType: type,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: describe(config),
      layers: [describe(layer)],
    }),
  );
  return { manifest: { type, bytes }, config, layer };
}

async function sendSlowly(response: ServerResponse, bytes: Buffer, overMs: number): Promise<void> {
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
  for (let at = 0; at < bytes.length && !response.destroyed; at += CHUNK_BYTES) {
    response.write(bytes.subarray(at, at + CHUNK_BYTES));
    await sleep(overMs / chunks);
  }
  response.end();
}

/** Gives its one layer of `layerBytes` away over `layerTakesMs`. */
export async function startImageRegistry(options: {
  readonly layerBytes: number;
  readonly layerTakesMs: number;
}): Promise<ImageRegistry> {
  // Different at every start: an engine keeps the layers that it has.
  const content = Buffer.alloc(
    options.layerBytes,
    createHash('sha256').update(String(process.hrtime())).digest(),
  );
  const { manifest, config, layer } = blobsOf(content);
  const manifestDigest = digestOf(manifest.bytes);
  let begun = 0;
  const found = (path: string): Blob | null => {
    const rest = path.replace(`/v2/${REPOSITORY}/`, '');
    if (rest === `manifests/${TAG}` || rest === `manifests/${manifestDigest}`) return manifest;
    return [config, layer].find(({ bytes }) => rest === `blobs/${digestOf(bytes)}`) ?? null;
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://registry');
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    if (pathname === '/v2/') return void response.end('{}');
    const blob = found(pathname);
    if (blob === null) {
      const errors = [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }];
      return void response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors }));
    }
    response.writeHead(200, {
      'content-type': blob.type,
      'content-length': blob.bytes.length,
      'docker-content-digest': digestOf(blob.bytes),
    });
    if (request.method === 'HEAD') return void response.end();
    if (blob !== layer) return void response.end(blob.bytes);
    begun += 1;
    void sendSlowly(response, blob.bytes, options.layerTakesMs);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}/${REPOSITORY}`;
  return {
    image: `${name}:${TAG}`,
    imageByDigest: `${name}@${manifestDigest}`,
    absent: `${name}:absent`,
    layersBegun: () => begun,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
