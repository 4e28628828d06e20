/** What every handler of the web Worker finds in its context. */
import type { Env } from '../env.ts';
import type { Settings } from '../settings.ts';

export interface AppContext {
  Bindings: Env;
  Variables: {
    requestId: string;
    settings: Settings;
    /** Where browsers reach us. */
    origin: string;
  };
}
