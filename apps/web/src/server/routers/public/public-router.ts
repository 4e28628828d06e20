import { router } from '../../trpc/init.ts';
import { session } from './session.ts';

export const publicRouter = router({ session });
