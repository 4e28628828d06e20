import type { StatusView } from '@kiloclaw/platform-contract';

/** What an instance is called: by its name, else by its id. Also what has to be typed before its data is lost. */
export function instanceName({ name, instanceId }: Pick<StatusView, 'name' | 'instanceId'>): string {
  return name ?? instanceId;
}
