/** What every handler of the platform API finds in its context. */
import type { Env } from '../env.ts';
import type { ApiKey } from '../key-settings.ts';
import type { Settings } from '../settings.ts';

export interface AppContext {
  Bindings: Env;
  Variables: {
    requestId: string;
    settings: Settings;
    apiKey: ApiKey;
  };
}
