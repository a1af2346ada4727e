import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { linkSync, renameSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { type ShortPath, shortPath } from './socket-path.js';

// One process at a time has the engine of a data folder: the one that listens on its socket.

export type Claim = { kind: 'claimed'; release(): Promise<void> } | { kind: 'taken' };

const mostAttempts = 5;

/** Listens on the folder's socket, unless somebody else does. What a dead process left there is no hindrance. */
export async function claim(data: string, server: Server): Promise<Claim> {
  const path = shortPath(data);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (await listens(server, path.socket)) return { kind: 'claimed', release: () => release(server, path) };
    if (await isAlive(path.socket)) break;
    await clearAway(path);
  }
  path.forget();
  return { kind: 'taken' };
}

/** Lets nobody in any more, waits for those who are, and takes the socket's file away. */
async function release(server: Server, path: ShortPath): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
  path.forget();
}

/** Binding is what the kernel lets exactly one do. */
async function listens(server: Server, socket: string): Promise<boolean> {
  // From its first moment on the file is its owner's alone: Node makes it before listen() returns.
  const mask = process.umask(0o177);
  try {
    server.listen(socket);
  } finally {
    process.umask(mask);
  }
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
}

function isAlive(socket: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(socket, () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', (error) => (isNobody(error) ? resolve(false) : reject(error)));
  });
}

/**
 * Takes a dead socket's file away. Two may do so at once, and the faster one may have bound its own by now: so the
 * file is moved aside, looked at again, and put back where somebody lives in it.
 */
async function clearAway({ folder, socket }: ShortPath): Promise<void> {
  const aside = join(folder, `operator.${randomBytes(6).toString('hex')}`);
  try {
    renameSync(socket, aside);
    if (await isAlive(aside)) linkSync(aside, socket);
  } catch (error) {
    // Somebody else was faster, either way.
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Whether a connection failed because nobody listens there. */
export const isNobody = (error: unknown): boolean => ['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '');
