import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Where the operator's socket is: always in the data folder, however long its path.

const name = 'operator.sock';
// The kernel keeps a socket's path in 108 bytes, on some systems in 104; beside the socket we use somewhat longer names.
const longest = 104 - 25;

export interface ShortPath {
  /** The data folder, under a path short enough for sockets in it. */
  folder: string;
  socket: string;
  /** From now on the path need not work any more. */
  forget(): void;
}

export function shortPath(data: string): ShortPath {
  if (Buffer.byteLength(data) <= longest) return { folder: data, socket: join(data, name), forget() {} };
  // A way round: a link to the folder, in a folder of our own that nobody else may look into.
  const own = mkdtempSync(join(tmpdir(), 'stet-'));
  const folder = join(own, 'd');
  symlinkSync(data, folder);
  return { folder, socket: join(folder, name), forget: () => rmSync(own, { recursive: true, force: true }) };
}
