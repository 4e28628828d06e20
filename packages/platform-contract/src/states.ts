/** The closed vocabularies that server, clients and stored state share. */
import { z } from 'zod';

export const ProviderIdSchema = z.enum(['fly', 'docker-local', 'northflank']).meta({ id: 'ProviderId' });
export type ProviderId = z.infer<typeof ProviderIdSchema>;

/** `provisioned` has a volume and no machine yet; `destroyed` is a tombstone. */
export const InstanceStatusSchema = z
  .enum(['provisioning', 'provisioned', 'running', 'stopped', 'destroying', 'destroyed'])
  .meta({
    id: 'InstanceStatus',
    description: '`provisioned` has a volume and no machine yet; `destroyed` is a tombstone.',
  });
export type InstanceStatus = z.infer<typeof InstanceStatusSchema>;

export const OperationKindSchema = z
  .enum([
    'provision',
    'start',
    'stop',
    'restart',
    'destroy',
    'resize',
    'set_override',
    'clear_override',
    'extend_volume',
    'replace_volume',
    'update_config',
    'repair',
    'restore',
  ])
  .meta({ id: 'OperationKind' });
export type OperationKind = z.infer<typeof OperationKindSchema>;

export const OperationStatusSchema = z.enum(['running', 'succeeded', 'failed', 'superseded', 'stuck']).meta({
  id: 'OperationStatus',
  description: 'A `stuck` operation is still at work, and is tried ever more slowly.',
});
export type OperationStatus = z.infer<typeof OperationStatusSchema>;

/** A `stuck` operation is still at work: it holds its slot, and is tried ever more slowly. */
export function isUnfinished(status: OperationStatus): boolean {
  return status === 'running' || status === 'stuck';
}

export const StepStatusSchema = z
  .enum(['pending', 'running', 'succeeded', 'skipped', 'failed'])
  .meta({ id: 'StepStatus' });
export type StepStatus = z.infer<typeof StepStatusSchema>;

const ActorIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1–64 of A–Z a–z 0–9 _ -');

/** Who a request may name as its actor; `system` is the control plane itself and can't be asked for. */
export const RequestActorSchema = z
  .strictObject({
    kind: z.enum(['admin', 'customer', 'api']),
    id: ActorIdSchema,
  })
  .meta({
    id: 'RequestActor',
    description: 'Who asks; a person by their user id. Without it, the name of the key, as `api`.',
  });
export const ActorSchema = z
  .strictObject({
    kind: z.enum(['admin', 'customer', 'api', 'system']),
    id: ActorIdSchema,
  })
  .meta({ id: 'Actor', description: 'Who asked; `system` is the control plane itself.' });
export type Actor = z.infer<typeof ActorSchema>;

export const UserIdSchema = ActorIdSchema;
export const InstanceIdSchema = z.uuid();

/** `kc-` and the instance id without its dashes: the name that an instance bears at its provider. */
export function sandboxIdOf(instanceId: string): string {
  return `kc-${instanceId.replaceAll('-', '')}`;
}
