import { afterEach, describe, expect, it, vi } from 'vitest';
import { signIn, startProviderSignIn } from './sign-in.ts';

const CREDENTIALS = { email: 'alice@example.com', password: 'a-password' };

afterEach(() => vi.unstubAllGlobals());
const answer = (make: () => Response | Promise<Response>) => vi.stubGlobal('fetch', async () => make());

describe('signing in', () => {
  it('has nothing to say once it is done', async () => {
    answer(() => Response.json({ signedIn: true }));
    expect(await signIn(CREDENTIALS)).toBeNull();
  });

  it('tells the server’s own sentence', async () => {
    answer(() => Response.json({ error: { message: 'Try again after 12:00 UTC.' } }, { status: 429 }));
    expect(await signIn(CREDENTIALS)).toBe('Try again after 12:00 UTC.');
    expect(await startProviderSignIn('oidc', '/')).toEqual({ refused: 'Try again after 12:00 UTC.' });
  });

  it('says that nobody can be signed in where the answer is no answer of ours', async () => {
    answer(() => new Response('<html>', { status: 502 }));
    expect(await signIn(CREDENTIALS)).toMatch(/^Nobody can be signed in right now/);
  });

  it('says that the console can’t be reached where no answer came', async () => {
    answer(() => Promise.reject(new TypeError('fetch failed')));
    expect(await signIn(CREDENTIALS)).toMatch(/can’t be reached/);
  });
});

describe('going to a provider', () => {
  it('leads to the address that was told, and to none that is no address', async () => {
    answer(() => Response.json({ url: 'https://provider.example.com/authorize' }));
    expect(await startProviderSignIn('oidc', '/')).toEqual({ url: 'https://provider.example.com/authorize' });
    answer(() => Response.json({ url: '' }));
    expect(await startProviderSignIn('oidc', '/')).toHaveProperty('refused');
  });
});
