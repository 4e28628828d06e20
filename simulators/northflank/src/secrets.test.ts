import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, Harness } from './testing/harness.ts';

const SECRETS = '/projects/secretive/secrets';
const GROUP = {
  name: 'App Secrets',
  secretType: 'environment',
  priority: 10,
  secrets: { variables: { TOKEN: 'not-told' }, files: { '/a': { data: 'eA==' } } },
};
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.project('secretive');
});

afterEach(() => harness.stop());

describe('secret groups', () => {
  it('show their contents to the call that reads them alone', async () => {
    const created = await harness.api('POST', SECRETS, GROUP);
    const changed = await harness.api('PATCH', `${SECRETS}/app-secrets`, { description: 'changed' });
    const { text: state } = await harness.control('GET', '/state');
    for (const shown of [created.text, changed.text, state]) expect(shown).not.toContain('not-told');
    expect(await harness.read(`${SECRETS}/app-secrets/details`)).toMatchObject({
      id: 'app-secrets',
      projectId: 'secretive',
      type: 'secret',
      description: 'changed',
      secrets: GROUP.secrets,
      addonSecrets: [],
    });
  });

  it('replace the contents that are sent, and keep the others', async () => {
    await harness.api('POST', SECRETS, GROUP);
    await harness.api('PATCH', `${SECRETS}/app-secrets`, { secrets: { variables: { OTHER: '1' } } });
    expect(field(await harness.read(`${SECRETS}/app-secrets/details`), 'secrets')).toEqual({
      variables: { OTHER: '1' },
      files: GROUP.secrets.files,
    });
  });

  it('are refused where their id is taken, and are 404 where there are none', async () => {
    await harness.api('POST', SECRETS, GROUP);
    expect((await harness.api('POST', SECRETS, { ...GROUP, name: 'app-secrets' })).status).toBe(409);
    expect((await harness.api('PATCH', `${SECRETS}/absent`, {})).status).toBe(404);
    expect((await harness.api('GET', `${SECRETS}/absent/details`)).status).toBe(404);
  });

  it.each([
    ['no kind', { secretType: undefined }, 'secretType'],
    ['no priority', { priority: undefined }, 'priority'],
    ['a tag that is not defined', { tags: ['mine'] }, 'tags'],
  ])('are refused %s', async (_what, changes, name) => {
    const answer = await harness.api('POST', SECRETS, { ...GROUP, ...changes });
    expect(answer.status).toBe(400);
    expect(field(answer.body, 'error.details')).toHaveProperty([name]);
  });

  it('do not keep their project from being deleted', async () => {
    await harness.api('POST', SECRETS, GROUP);
    expect((await harness.api('DELETE', '/projects/secretive')).status).toBe(200);
  });
});
