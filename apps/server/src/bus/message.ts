import * as z from 'zod';
import type { Wake } from './bus.js';

// A wake-up on its way between nodes. Whoever can publish to Redis can say anything: what is not understood is dropped.

const name = z.string().max(1_000);
const wake = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), workspace: name, seq: z.int().min(0) }),
  z.object({ kind: z.literal('access'), user: name }),
  z.object({ kind: z.literal('presence'), workspace: name, node: name, voices: z.array(name).max(10_000).nullable() }),
]) satisfies z.ZodType<Wake>;
/** `from`: the bus that it comes from, whose own listeners have heard it. */
const message = z.object({ from: name, wake });

export type Message = z.infer<typeof message>;

export const textOf = (said: Message): string => JSON.stringify(said);

/** Null where it is not understood. */
export function readMessage(text: string): Message | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
