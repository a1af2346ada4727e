import * as z from 'zod';

// Both ends ask and both answer within a deadline: neither end of SockJS notices a half-open link by itself.

export const pingSchema = z.strictObject({ type: z.literal('ping') });
export const pongSchema = z.strictObject({ type: z.literal('pong') });

/** Milliseconds between pings, and how long an answer may take before the link counts as dead. */
export const pingEvery = 15_000;
export const pongWithin = 10_000;
