// `npm test`: set-up, and beside it build, type check and lint; the parts that tests need; then vitest. Arguments go on
// to vitest. The last line is always `N passed, N failed`.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, build } from './build.mjs';
import { readIfThere } from './lib/fingerprint.mjs';
import { ensureParts, howToHave } from './lib/parts.mjs';
import { root, run, Stop, say } from './lib/run.mjs';
import { countTests, failures } from './lib/vitest-report.mjs';
import { setup } from './setup.mjs';

const report = '.build/vitest.json';

/** @typedef {{ name: string, passed: number, failed: number, note?: string }} Outcome */

/** @param {Outcome[]} outcomes filled as we go, so that a stop half-way still has its summary */
async function test(outcomes) {
  await setup(async () => {
    await build();
    outcomes.push(await check('type check of tests and scripts', [bin('typescript/bin/tsc'), '-b', 'tests']));
    outcomes.push(
      await check('lint and format', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']),
    );
  });
  const missing = await ensureParts();
  outcomes.push(await vitest());
  for (const part of missing) {
    outcomes.push({
      name: `tests that need ${part.name}`,
      passed: 0,
      failed: process.env.CI === 'true' ? 1 : 0,
      note: `NOT RUN: ${part.files.join(', ')}. ${howToHave(part)}`,
    });
  }
}

/** One program that is content or is not. @param {string} name @param {string[]} args @returns {Promise<Outcome>} */
async function check(name, args) {
  say(`Running the ${name} …`);
  const { ok } = await run(process.execPath, args);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

/** vitest.config.ts leaves out what is missing a part. @returns {Promise<Outcome>} */
async function vitest() {
  mkdirSync(join(root, '.build'), { recursive: true });
  rmSync(join(root, report), { force: true });
  const { ok } = await run(process.execPath, [
    bin('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  const { passed, failed, skipped, files } = countTests(readIfThere(report), ok);
  return { name: 'vitest', passed, failed, note: `${files} files${skipped > 0 ? `, ${skipped} tests SKIPPED` : ''}` };
}

/** @type {Outcome[]} */
const outcomes = [];
try {
  await test(outcomes);
} catch (error) {
  const note = error instanceof Stop ? error.message : String(error instanceof Error ? error.stack : error);
  outcomes.push({ name: 'getting ready', passed: 0, failed: 1, note });
}

say('\nWhat was run:');
for (const { name, passed, failed, note } of outcomes) {
  say(`  ${name}: ${passed} passed, ${failed} failed${note === undefined ? '' : ` (${note})`}`);
}
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
process.exitCode = failed > 0 ? 1 : 0;
for (const line of failures(readIfThere(report), root)) say(`  FAILED ${line}`);
say(`\n${passed} passed, ${failed} failed`);
