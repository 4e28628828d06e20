import { router } from '../../trpc/init.ts';
import { acceptInvitation, invitation } from './invitation.ts';
import { session } from './session.ts';

export const publicRouter = router({ session, invitation, acceptInvitation });
