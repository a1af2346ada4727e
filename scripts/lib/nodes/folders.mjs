// Where parts keep what they need, and where they listen: new folders and free ports.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tellGuard } from './child.mjs';

/**
 * @param {string} [folder] to go on with; otherwise a new one, which `forget` takes away
 * @returns {{ folder: string, forget: () => void }}
 */
export function openFolder(folder) {
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    return { folder: resolve(folder), forget: () => {} };
  }
  const made = mkdtempSync(join(tmpdir(), 'stet-part-'));
  tellGuard(`+${made}`);
  const forget = () => {
    rmSync(made, { recursive: true, force: true, maxRetries: 10 });
    tellGuard(`-${made}`);
  };
  return { folder: made, forget };
}

/** A port of this machine that nobody listens on now. @returns {Promise<number>} */
export async function freePort() {
  const [port] = await freePorts(1);
  return /** @type {number} */ (port);
}

/** Several, all different. @param {number} count @returns {Promise<number[]>} */
export async function freePorts(count) {
  const probes = await Promise.all(Array.from({ length: count }, () => listen()));
  const ports = probes.map((probe) => /** @type {import('node:net').AddressInfo} */ (probe.address()).port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

/** Why nobody can listen on this port of this machine, as a sentence; null where it is free. @param {number} port */
export async function whyNoPort(port) {
  try {
    const probe = await listen(port);
    await new Promise((resolve) => probe.close(resolve));
    return null;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EADDRINUSE') return `Port ${port} is in use already.`;
    if (code === 'EACCES') return `Port ${port} is not ours to use.`;
    throw error;
  }
}

/** @returns {Promise<import('node:net').Server>} */
function listen(port = 0) {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => resolve(probe));
  });
}
