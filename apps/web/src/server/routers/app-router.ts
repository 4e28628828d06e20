/** Every procedure of the web, by who may call it. */
import { router } from '../trpc/init.ts';
import { adminRouter } from './admin/admin-router.ts';
import { customerInstances } from './customer/instances.ts';
import { publicRouter } from './public/public-router.ts';

export const appRouter = router({
  public: publicRouter,
  customer: router({ instances: customerInstances }),
  admin: adminRouter,
});
export type AppRouter = typeof appRouter;
