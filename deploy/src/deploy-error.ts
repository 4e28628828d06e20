/** Why a deploy can't begin or go on: what is wrong, and what to do. Never holds a secret. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}
