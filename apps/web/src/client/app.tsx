/** What every page finds around it: its data, its session, tooltips and toasts. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { createQueryClient } from './lib/query-client.ts';
import { createClient, TRPCProvider } from './lib/trpc.ts';
import { SessionEndProvider } from './modules/session/session-end.tsx';
import { router } from './router.tsx';
import { Toaster } from './ui/toast.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

export function App() {
  const [ended, setEnded] = useState(false);
  const [client] = useState(createClient);
  const [queryClient] = useState(() => createQueryClient(() => setEnded(true)));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        <SessionEndProvider ended={ended} renew={() => setEnded(false)}>
          <TooltipProvider>
            {/* Before the page: a toaster gives the focus back to where it came from, and behind it Tab would go in a ring. */}
            <Toaster />
            <RouterProvider router={router} />
          </TooltipProvider>
        </SessionEndProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
