import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstViewBudget } from './build/first-view-budget.ts';

const FIRST_VIEW_BUDGET_BYTES = 250_000;

export default defineConfig({
  plugins: [react(), tailwindcss(), firstViewBudget(FIRST_VIEW_BUDGET_BYTES)],
  build: {
    outDir: 'dist/client',
    // A small font or image would become a `data:` address, which the content security policy refuses.
    assetsInlineLimit: 0,
    // Names chunks by what they hold. Without `includeDependenciesRecursively: false` React would move into the
    // charts' chunk, and the first view would load all of it.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'charts',
              // All that the library needs: what is left out stands in the chunk of a chart, and the two chunks then wait
              // for each other: "f is not a function".
              test: /node_modules\/(recharts|d3-[a-z-]+|victory-vendor|internmap|@reduxjs|react-redux|redux|redux-thunk|reselect|immer|decimal\.js-light|es-toolkit|eventemitter3|tiny-invariant)\//,
            },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store)\// },
          ],
        },
      },
    },
  },
});
