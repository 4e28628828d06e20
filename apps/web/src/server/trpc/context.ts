/** What every procedure finds in its context. */
import type { Registry } from '@kiloclaw/db';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import type { Auth } from '../auth/auth.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Settings } from '../settings.ts';

export interface ProcedureContext {
  readonly requestId: string;
  /** Of the browser, where the platform tells. */
  readonly ip: string | null;
  /** Where browsers reach us. */
  readonly origin: string;
  readonly settings: Settings;
  readonly registry: Registry;
  readonly controlPlane: PlatformClient;
  readonly auth: Auth;
  /** The answer's headers: cookies are set there. */
  readonly answerHeaders: Headers;
  /** Who asks; null for nobody. Asked of Postgres once a request, and only where a procedure wants to know. */
  viewer(): Promise<Viewer | null>;
}
