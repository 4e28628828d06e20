import { router } from '../../../trpc/init.ts';
import { deletePerson, deletionPreview, deletionProgress } from './delete.ts';
import { get } from './get.ts';
import { invite } from './invite.ts';
import { list } from './list.ts';
import { resetLink } from './reset-link.ts';
import { setRole } from './set-role.ts';

export const people = router({
  list,
  get,
  invite,
  resetLink,
  setRole,
  deletionPreview,
  deletionProgress,
  delete: deletePerson,
});
