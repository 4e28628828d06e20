import { z } from 'zod';
import type { SecretRecord } from './documents.ts';
import { conflict, notFound } from './errors.ts';
import {
  checkTags,
  descriptionSchema,
  MAX_SHORT_NAME_LENGTH,
  nameSchema,
  nfObjectSchema,
  tagsSchema,
  wireTime,
} from './fields.ts';
import { slugOf } from './ids.ts';
import { type Call, pathParam, type Reply, type Simulation } from './route.ts';

const MAX_SECRETS_PER_PROJECT = 1000;
const MAX_PRIORITY = 100;

const restrictionsSchema = z.looseObject({
  restricted: z.boolean().optional(),
  nfObjects: z.array(nfObjectSchema).optional(),
  tags: tagsSchema.optional(),
});

const shape = {
  description: descriptionSchema.optional(),
  tags: tagsSchema.optional(),
  restrictions: restrictionsSchema.optional(),
  secrets: z
    .looseObject({
      variables: z.record(z.string(), z.unknown()).optional(),
      files: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
};

const priority = z.int().min(0).max(MAX_PRIORITY);
const secretType = z.enum(['environment-arguments', 'environment', 'arguments']);

export const createSecretSchema = z.looseObject({
  name: nameSchema(MAX_SHORT_NAME_LENGTH),
  type: z.enum(['secret', 'config']).optional(),
  secretType,
  priority,
  ...shape,
});

export const patchSecretSchema = z.looseObject({
  secretType: secretType.optional(),
  priority: priority.optional(),
  ...shape,
});

// Contents are answered by the call that reads them alone, so that no other answer holds a secret.
function secretView(secret: SecretRecord): Record<string, unknown> {
  return {
    id: secret.id,
    name: secret.name,
    tags: secret.tags,
    ...(secret.description === null ? {} : { description: secret.description }),
    type: secret.type,
    secretType: secret.secretType,
    priority: secret.priority,
    restrictions: secret.restrictions,
    createdAt: wireTime(secret.createdAtMs),
    updatedAt: wireTime(secret.updatedAtMs),
  };
}

/** POST /v1/projects/{project}/secrets: 409 if the id that the name gives is in use. */
export function createSecret(sim: Simulation, call: Call, body: z.output<typeof createSecretSchema>): Reply {
  checkTags(sim, body.tags);
  const data = sim.store.change(pathParam(call, 'project'), (draft) => {
    const id = slugOf(body.name);
    if (draft.secrets.some((secret) => secret.id === id)) {
      throw conflict(`There is already a secret group with the same derived identifier ${id}.`);
    }
    if (draft.secrets.length >= MAX_SECRETS_PER_PROJECT) {
      throw conflict(`The project is limited to ${MAX_SECRETS_PER_PROJECT} secret groups.`);
    }
    const nowMs = sim.clock.nowMs();
    const secret: SecretRecord = {
      id,
      name: body.name,
      description: body.description ?? null,
      tags: body.tags ?? [],
      type: body.type ?? 'secret',
      secretType: body.secretType,
      priority: body.priority,
      restrictions: body.restrictions ?? { restricted: false },
      secrets: body.secrets ?? {},
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    draft.secrets.push(secret);
    return secretView(secret);
  });
  return { status: sim.settings().createdStatus, data };
}

/**
 * PATCH /v1/projects/{project}/secrets/{secret}: the contents that are sent replace those of before. Containers have the values that they were started with: a restart gives them the new ones.
 */
export function patchSecret(sim: Simulation, call: Call, body: z.output<typeof patchSecretSchema>): Reply {
  checkTags(sim, body.tags);
  const data = sim.store.change(pathParam(call, 'project'), (draft) => {
    const secret = draft.secrets.find(({ id }) => id === pathParam(call, 'secret'));
    if (!secret) throw notFound('Secret group');
    secret.description = body.description ?? secret.description;
    secret.tags = body.tags ?? secret.tags;
    secret.secretType = body.secretType ?? secret.secretType;
    secret.priority = body.priority ?? secret.priority;
    secret.restrictions = body.restrictions ?? secret.restrictions;
    secret.secrets = { ...secret.secrets, ...(body.secrets ?? {}) };
    secret.updatedAtMs = sim.clock.nowMs();
    return secretView(secret);
  });
  return { status: 200, data };
}

/** GET /v1/projects/{project}/secrets/{secret}/details: with its contents. */
export function getSecretDetails(sim: Simulation, call: Call): Reply {
  const { project, secrets } = sim.store.read(pathParam(call, 'project'));
  const secret = secrets.find(({ id }) => id === pathParam(call, 'secret'));
  if (!secret) throw notFound('Secret group');
  return {
    status: 200,
    data: { ...secretView(secret), projectId: project.id, secrets: secret.secrets, addonSecrets: [] },
  };
}
