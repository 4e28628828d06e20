/** Orphans at a provider whose volumes have their names from the start: the recorded one is always known there. */
import { describe, expect, it } from 'vitest';
import {
  LABELS,
  message,
  reply,
  setUp,
  TAGS,
  VOLUME,
} from '../providers/docker-local/testing/canned-engine.ts';
import { deleteOrphans } from './delete-orphans.ts';

const { fleetId, instanceId } = TAGS;
const NAME = `kc-${instanceId}-data`;
const volume = { ...VOLUME, Name: NAME };
const other = { ...VOLUME, Name: 'by-hand' };
const REMOVE = `DELETE /volumes/${NAME}`;

const volumes = (...found: object[]) => reply(200, { Volumes: found });

function orphaned(routes: Parameters<typeof setUp>[0]) {
  const { provider, asked } = setUp({
    [`GET /volumes/${NAME}`]: [reply(200, volume)],
    [REMOVE]: [reply(204)],
    ...routes,
  });
  const ports = {
    now: Date.now,
    fleetId,
    provider,
    activeRows: async () => [],
    rowsOf: async () => [],
    presenceOf: async () => 'none' as const,
  };
  const remove = async () => {
    const { results } = await deleteOrphans(ports, [{ kind: 'volume', id: NAME, instanceId }]);
    return results[0];
  };
  return { remove, asked };
}

describe('the volume of an instance that nobody knows any more', () => {
  it('is deleted where a person says so', async () => {
    const { remove, asked } = orphaned({ 'GET /volumes': [volumes(volume), volumes(volume), volumes()] });
    expect(await remove()).toMatchObject({ outcome: 'deleted', error: null });
    expect(asked).toContain(REMOVE);
  });

  it('stays for as long as a container binds it', async () => {
    const { remove } = orphaned({
      'GET /volumes': [volumes(volume)],
      'GET /containers/json': [reply(200, [{ Id: 'c1', Labels: LABELS }])],
      [REMOVE]: [message(409, 'volume is in use')],
    });
    expect(await remove()).toMatchObject({ outcome: 'failed' });
  });

  it('takes no other along that nobody has named', async () => {
    const { remove, asked } = orphaned({ 'GET /volumes': [volumes(other, volume)] });
    await remove();
    expect(asked).not.toContain('DELETE /volumes/by-hand');
  });
});
