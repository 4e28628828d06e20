/** Which providers this control plane has settings for. */
import type { ProviderId } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import type { Settings } from '../settings.ts';
import { findProvider, PROVIDERS_BY_PREFERENCE } from './pick.ts';

/** The first of them is where an instance is made that names none. */
export function configuredProviders(env: Env, settings: Settings): ProviderId[] {
  return PROVIDERS_BY_PREFERENCE.filter((id) => findProvider(id, env, settings) !== null);
}
