// Outlives whoever started it, for a moment: when their end of the pipe closes, by whatever death, it ends those of
// their children that are left, and takes their temporary folders away. A line is `+` or `-`, and a pid or a folder.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** @type {Set<string>} */
const left = new Set();
const isFolder = (/** @type {string} */ what) => what.startsWith('/');

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line.startsWith('+')) left.add(line.slice(1));
    else left.delete(line.slice(1));
  })
  .on('close', () => {
    for (const pid of [...left].filter((what) => !isFolder(what))) {
      try {
        // With whoever it has started: each leads a group of its own.
        process.kill(-Number(pid), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    for (const folder of [...left].filter(isFolder)) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
