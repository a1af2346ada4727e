import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './child.js';

// Starting what listens on a port, on one that is free, and later on the very same.

/**
 * Below the ports that systems give to whoever connects (RFC 6335 and Linux: from 32768 on): while a server is down,
 * none of the many that try to reach it can be given its port, or be connected to itself.
 */
const drawPort = (): number => randomInt(20_000, 30_000);

const tries = 50;
const pauseBetween = 100;

export interface OnPort {
  child: Child;
  port: number;
}

/** `start` answers with a child that is ready, or over. One that is over says why: it is tried again where its port was taken. */
export async function onPort(
  what: string,
  wanted: number | null,
  start: (port: number) => Promise<Child>,
): Promise<OnPort> {
  for (let left = tries; ; left -= 1) {
    const port = wanted ?? drawPort();
    const child = await start(port);
    if (!child.isOver()) return { child, port };
    const isTaken = /already in use/i.test(child.said());
    if (!isTaken || left === 0) throw new Error(`${what} did not start on port ${port}:\n${child.said()}`);
    // Whoever was killed there may still be going.
    if (wanted !== null) await pause(pauseBetween);
  }
}
