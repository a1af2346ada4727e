// How tests run: workspace packages are read from their sources, and what needs the whole machine runs alone, last.
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { locateParts } from './scripts/lib/parts.mjs';

const conditions = ['source', ...defaultServerConditions];

/** Tests that start servers to kill them, or a real browser: by themselves, and with more patience. */
const alone = (
  name: string,
  groupOrder: number,
  how: { fileParallelism: boolean; maxWorkers?: number; isolate?: boolean },
) => ({
  extends: true as const,
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    ...how,
    sequence: { groupOrder },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    // Where the tests find programs that are not Node's: STET_CHROMIUM.
    env: locateParts().found,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', 'tests/faults/**', 'tests/browser/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      alone('faults', 1, { fileParallelism: false }),
      // Files share a process, and its browser.
      alone('browser', 2, { fileParallelism: true, maxWorkers: 2, isolate: false }),
    ],
  },
});
