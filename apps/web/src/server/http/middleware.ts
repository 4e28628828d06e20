/** What happens to every request: an id, the settings, headers for browsers, and where a change may come from. */
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import { readSettings } from '../settings.ts';
import type { AppContext } from './context.ts';

const REQUEST_ID_HEADER = 'x-request-id';
const READING_METHODS = ['GET', 'HEAD', 'OPTIONS'];

export const requestId = createMiddleware<AppContext>(async (c, next) => {
  const id = crypto.randomUUID();
  c.set('requestId', id);
  await next();
  c.header(REQUEST_ID_HEADER, id);
});

export const settings = createMiddleware<AppContext>(async (c, next) => {
  const read = readSettings(c.env);
  c.set('settings', read);
  c.set('origin', read.KILOCLAW_WEB_ORIGIN ?? new URL(c.req.url).origin);
  await next();
});

/** HSTS speaks for TLS alone: browsers ignore it over plain HTTP. Styles are set inline by the component library. */
export const browserHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  strictTransportSecurity: 'max-age=31536000; includeSubDomains',
  referrerPolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  xFrameOptions: 'DENY',
  permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
});

/** Answers with people's data are for one browser alone. */
export const neverStored = createMiddleware<AppContext>(async (c, next) => {
  await next();
  c.header('cache-control', 'no-store');
});

/**
 * Changes come from our own pages alone: a browser says with `Origin` where a request was made, and with
 * `Sec-Fetch-Site` too. The cookie's SameSite=Lax is a second wall, not the only one.
 */
export const sameOriginChanges = createMiddleware<AppContext>(async (c, next) => {
  if (READING_METHODS.includes(c.req.method)) return next();
  const site = c.req.header('sec-fetch-site');
  const isOurs = c.req.header('origin') === c.get('origin') && (site === undefined || site === 'same-origin');
  if (isOurs) return next();
  return c.json(
    { error: { code: 'foreign_origin', message: 'This change was not asked from the console’s own pages.' } },
    403,
  );
});
