import SockJS from 'sockjs-client';
import type { Transport } from './transports.js';

// One SockJS after another, each with a single transport, until one opens: given several, SockJS lets the time that it
// allows to one run on into the next.

export interface Dialling {
  /** Where SockJS stands, such as `http://localhost:4000/rt`. */
  url: string;
  order: readonly Transport[];
  /** Milliseconds that each transport has to open, at least: on a slow network, SockJS gives it more. */
  within: number;
  trying(transport: Transport): void;
  open(transport: Transport): void;
  message(text: string): void;
  /** It is closed, or none of them opens. */
  lost(): void;
}

export interface Dialled {
  send(text: string): void;
  /** After that, nothing is heard of it any more. */
  close(): void;
}

/** How a line comes about; tools put networks of their own in its place. */
export type Dial = (dialling: Dialling) => Dialled;

/** What SockJS closes with where the server could be asked, and the transport does not come through. */
const noneOpens = 2_000;

export const dial: Dial = (dialling) => {
  const left = [...dialling.order];
  let current: InstanceType<typeof SockJS> | null = null;

  function next(): void {
    const transport = left.shift();
    if (!transport) return dialling.lost();
    dialling.trying(transport);
    // The session's id is what an XHR transport is recognised by: long enough that nobody guesses it.
    const options = { transports: [transport], timeout: dialling.within, sessionId: 32 };
    const socket = new SockJS(dialling.url, null, options);
    current = socket;
    socket.onopen = () => {
      if (socket === current) dialling.open(transport);
    };
    socket.onmessage = ({ data }) => {
      if (socket === current) dialling.message(String(data));
    };
    socket.onclose = ({ code }) => {
      if (socket !== current) return;
      current = null;
      if (code === noneOpens) next();
      else dialling.lost();
    };
  }

  next();
  return {
    send: (text) => current?.send(text),
    close() {
      const socket = current;
      current = null;
      socket?.close();
    },
  };
};
