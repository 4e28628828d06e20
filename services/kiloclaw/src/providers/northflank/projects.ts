/** The project that one instance's machine and volume live in. */

import { isKind } from '../adapter-error.ts';
import type { InstanceTags, ResourcesLearned } from '../provider.ts';
import { belongsTo } from '../tags.ts';
import { northflankError, orGone, orNull } from './errors.ts';
import { projectMark, readMark } from './mark.ts';
import type { NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { ROUTES } from './routes.ts';
import { CreatedSchema, type Project, ProjectSchema } from './schemas.ts';

export function getProject({ client }: Northflank, projectId: string): Promise<Project | null> {
  return orNull(client.call(ROUTES.getProject, { params: { project: projectId }, schema: ProjectSchema }));
}

/**
 * Makes the project, or adopts the one of that name where it is ours; refuses (`invalid`) a name that others hold. Made
 * first and looked at only where the name is taken: one call instead of two, and its name can be had once.
 */
export async function ensureHome(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  asked: string | null,
): Promise<ResourcesLearned> {
  const region = asked ?? northflank.config.region;
  const body = { name: own.projectName, description: projectMark(tags), region };
  try {
    const made = await northflank.client.call(ROUTES.createProject, { body, schema: CreatedSchema });
    return { projectId: made?.id ?? own.projectName, region };
  } catch (error) {
    if (!isKind(error, 'conflict')) throw error;
    const project = await getProject(northflank, own.projectId);
    // Taken and not to be found: on its way out, or just made by a call whose answer was lost. The conflict passes.
    if (project === null) throw error;
    return adopt(project, tags, region);
  }
}

function adopt(project: Project, tags: InstanceTags, region: string): ResourcesLearned {
  if (isOwnProject(project, tags)) {
    return { projectId: project.id, region: project.deployment?.region ?? region };
  }
  const message = `The project ${project.id} at Northflank does not carry this instance's mark in its description. Nothing was touched: move it away, or set another NF_PROJECT_PREFIX.`;
  throw northflankError('invalid', message, { details: { projectId: project.id } });
}

export function isOwnProject({ description }: Project, tags: InstanceTags): boolean {
  return belongsTo(readMark(description), tags);
}

/** Deletes the project; one that is gone is a success. Northflank refuses one that anything is in (`precondition`). */
export async function deleteProject({ client }: Northflank, projectId: string): Promise<void> {
  // Asked for without what is in it: whatever somebody else has put there stays.
  await orGone(client.ask(ROUTES.deleteProject, { params: { project: projectId } }));
}
