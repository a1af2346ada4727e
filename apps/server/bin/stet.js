#!/usr/bin/env node
// The program `stet`, as npm installs it: builds first what has changed, and then is src/cli/main.ts.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../../../scripts/build.mjs';

if (!isBuilt()) {
  const build = fileURLToPath(new URL('../../../scripts/build.mjs', import.meta.url));
  // Its words go to stderr: stdout may be somebody's variable, as in TOKEN=$(stet token create …).
  const { status } = spawnSync(process.execPath, [build], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('stet: it could not be built, see above.\n');
    process.exit(1);
  }
}
await import('../dist/cli/main.js');
