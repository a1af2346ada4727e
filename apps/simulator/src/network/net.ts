import type { Dial } from '@stet/client';

// What stands between one editor and the server, whatever it is made of: a network, a virtual one, or one of these with
// faults. Taps and faults wrap it; the client does not know.
//
//   client ─▶ tap (the history) ─▶ faults ─▶ network | in-process server

export interface Net {
  fetch: typeof fetch;
  dial: Dial;
}

/** Makes a net of a net. */
export type Through = (net: Net, editor: string) => Net;
