/**
 * The Postgres roles of the parts that sign in, each with the least rights it can work with (see the
 * migration `roles`). They are group roles without sign-in: either `setRoleLogin` makes them able to sign in, or an operator grants
 * them to users of his own. Tables are owned by whoever migrates.
 */
export const REGISTRY_ROLES = ['kiloclaw_control_plane', 'kiloclaw_web'] as const;
export type RegistryRole = (typeof REGISTRY_ROLES)[number];
