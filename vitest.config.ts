// How tests run: workspace packages are read from their sources, three files at a time; the longest come last.
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { howToHave, locateParts } from './scripts/lib/parts.mjs';

const conditions = ['source', ...defaultServerConditions];

/** What cannot be run here is left out, and said so: by `npm test` once more at its end, where it fails under CI. */
const { found, missing } = locateParts();
const exclude = ['**/node_modules/**', '**/dist/**', ...missing.flatMap(({ files }) => files)];
// This file is read once for each project.
if (process.env.STET_TOLD === undefined) {
  for (const part of missing) process.stderr.write(`NOT RUN: ${part.files.join(', ')}. ${howToHave(part)}\n`);
  process.env.STET_TOLD = 'missing parts';
}

/** Whole servers and networks that fail, or a real browser: with more patience, and all in one queue. */
const long = (name: string, how: { isolate: boolean }) => ({
  extends: true as const,
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    exclude,
    ...how,
    sequence: { groupOrder: 1 },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

/** A machine that others share may stop for seconds: then a test that failed is run once more, and vitest says which. */
const retry = process.env.CI === 'true' ? 1 : 0;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    // As many for each project as for the others: those of one queue have to agree.
    maxWorkers: 3,
    // Where the tests find programs that are not Node's: STET_CHROMIUM, STET_REDIS_SERVER, STET_NGINX.
    env: found,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    retry,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...exclude, 'tests/faults/**', 'tests/nodes/**', 'tests/browser/**'],
          // Files share a process: what they import costs more than most of them do. What one leaves behind, another one meets.
          isolate: false,
          restoreMocks: true,
          sequence: { groupOrder: 0 },
        },
      },
      long('faults', { isolate: true }),
      long('nodes', { isolate: true }),
      // Files share a process, and its browser.
      long('browser', { isolate: false }),
    ],
  },
});
