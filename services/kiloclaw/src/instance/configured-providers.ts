/** Whether the provider of an instance can be reached from here at all. */
import type { Failure, ProviderId } from '@kiloclaw/platform-contract';
import type { Deps } from './deps.ts';

/** The refusal of a change at a provider that this control plane has no settings for, or null. */
export function unconfiguredRefusal({ isConfigured }: Deps, provider: ProviderId): Failure | null {
  if (isConfigured(provider)) return null;
  return {
    code: 'provider_unsupported',
    message: `provider: ${provider} is not configured on this control plane, so that nothing can be changed there. Configure it, then try again.`,
    details: { path: 'provider' },
  };
}
