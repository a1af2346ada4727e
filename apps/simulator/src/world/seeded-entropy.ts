import crypto from 'node:crypto';
import type { Random } from '../random.js';
import { replace } from './replaced.js';

// Chance that can be replayed, for code that knows nothing of it: what Node hands out as random is drawn from a seed.

type Bytes = Buffer | Uint8Array;

/** Returns its undo. */
export function installEntropy(random: Random): () => void {
  function fill<T extends ArrayBufferView>(view: T): T {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = random.int(0, 255);
    return view;
  }
  const randomUUID = (): string => uuidOf(fill(new Uint8Array(16)));
  function randomBytes(size: number, done?: (error: null, bytes: Bytes) => void): Bytes | undefined {
    const bytes = fill(Buffer.alloc(size));
    if (!done) return bytes;
    process.nextTick(done, null, bytes);
    return undefined;
  }
  const undo = [
    replace(Math, { random: random.next }),
    replace(crypto, { randomUUID, randomBytes, randomFillSync: fill }),
    // What `node:crypto` calls getRandomValues is read from here as well.
    replace(globalThis.crypto, { randomUUID, getRandomValues: fill }),
  ];
  return () => {
    for (const each of undo) each();
  };
}

/** Version 4, variant 1: RFC 9562, section 5.4. */
function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
