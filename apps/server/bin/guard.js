// Outlives whoever started it, for a moment: when their end of the pipe closes, by whatever death, it ends those of their
// children that are left, and takes their temporary folders away. A line is `+` or `-`, and a pid or a folder. Plain
// JavaScript, and here, so that the sources and what was built of them find it in the same place.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const left = new Set();
const isPid = (what) => /^\d+$/.test(what);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line.startsWith('+')) left.add(line.slice(1));
    else left.delete(line.slice(1));
  })
  .on('close', () => {
    for (const pid of [...left].filter(isPid)) {
      try {
        // With whoever it has started: each leads a group of its own.
        process.kill(-Number(pid), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    for (const folder of [...left].filter((what) => !isPid(what))) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
