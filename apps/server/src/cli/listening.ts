import { type AddressInfo, createServer } from 'node:net';
import type { Config } from '../config.js';

// Where a server is to listen: known, and found to be possible, before anything else is begun.

export type Port = { kind: 'free'; port: number } | { kind: 'taken'; message: string };

/** The port itself, or any free one for 0: sign-in has to know its own address before it is there. */
export function freePort({ port, host }: Config): Promise<Port> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error) => {
      const message = whyNot(error, port, host);
      if (message === null) reject(error);
      else resolve({ kind: 'taken', message });
    });
    probe.listen(port, host, () => {
      const found = (probe.address() as AddressInfo).port;
      probe.close(() => resolve({ kind: 'free', port: found }));
    });
  });
}

/** Why nobody can listen there, as a sentence; null where the error is none of these. */
export function whyNot(error: NodeJS.ErrnoException, port: number, host: string): string | null {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use already: stop what uses it, or choose another with --port.`;
    case 'EACCES':
      return `Port ${port} is not yours to use: choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `${host} is no address of this machine: choose another with --host.`;
    default:
      return null;
  }
}

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
