/** Both Workers as a smoke test sees them from outside, for where none is really deployed. */

/** `broken` says for which paths they fail, as Cloudflare tells of a Worker that throws. */
export function answeringWorkers(
  apiKey: string,
  broken: (path: string) => boolean = () => false,
): typeof globalThis.fetch {
  return async (input, init) => {
    const { pathname } = new URL(String(input));
    if (broken(pathname)) return new Response('error code: 1101', { status: 500 });
    if (pathname === '/healthz') return new Response('ok');
    if (pathname === '/readyz') return Response.json({ objects: 'ok', registry: 'ok' });
    if (pathname === '/sign-in')
      return new Response('<!doctype html>', {
        headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'" },
      });
    if (pathname === '/api/trpc/public.invitation')
      return Response.json({ error: { data: { code: 'invitation_unusable' } } }, { status: 400 });
    return new Headers(init?.headers).get('x-internal-api-key') === apiKey
      ? Response.json({ tiers: [{}] })
      : Response.json({}, { status: 401 });
  };
}
