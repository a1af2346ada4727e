import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { lockFile } from '@stet/store';
import { shortPath } from './socket-path.js';

// One process at a time has a data folder: it holds the folder's lock, and listens on the folder's socket.

export type Claim = { kind: 'claimed'; release(): Promise<void> } | { kind: 'taken' };

/** Listens on the folder's socket, unless somebody else has the folder. What a dead process left is no hindrance. */
export async function claim(data: string, server: Server): Promise<Claim> {
  const unlock = lockFile(join(data, 'lock'));
  if (!unlock) return { kind: 'taken' };
  const path = shortPath(data);
  const giveBack = () => {
    path.forget();
    unlock();
  };
  try {
    // Under the lock nobody lives in it.
    rmSync(path.socket, { force: true });
    await listen(server, path.socket);
  } catch (error) {
    giveBack();
    throw error;
  }
  return {
    kind: 'claimed',
    /** Lets nobody in any more, waits for those who are, and takes the socket away. */
    async release() {
      await new Promise((resolve) => server.close(resolve));
      giveBack();
    },
  };
}

async function listen(server: Server, socket: string): Promise<void> {
  // From its first moment on the file is its owner's alone: Node makes it before listen() returns.
  const mask = process.umask(0o177);
  try {
    server.listen(socket);
  } finally {
    process.umask(mask);
  }
  await once(server, 'listening');
}
