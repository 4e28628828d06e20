/** Every procedure of the web, by who may call it. */
import { router } from '../trpc/init.ts';
import { publicRouter } from './public/public-router.ts';

export const appRouter = router({ public: publicRouter });
export type AppRouter = typeof appRouter;
