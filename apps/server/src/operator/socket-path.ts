import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Where the operator's socket is: always in the data folder, however long its path.

const name = 'operator.sock';
// The kernel keeps a socket's path in 108 bytes, on some systems in 104.
const longest = 100;

export interface ShortPath {
  /** A path of the socket that is short enough to be used. */
  socket: string;
  /** From now on the path need not work any more. */
  forget(): void;
}

export function shortPath(data: string): ShortPath {
  const socket = join(data, name);
  if (Buffer.byteLength(socket) <= longest) return { socket, forget() {} };
  // A way round: a link to the folder, in a folder of our own that nobody else may look into.
  const own = mkdtempSync(join(tmpdir(), 'stet-'));
  symlinkSync(data, join(own, 'd'));
  return { socket: join(own, 'd', name), forget: () => rmSync(own, { recursive: true, force: true }) };
}
