// A socket that is slow on purpose: what the server says waits until the test lets it go.
import type { Page, WebSocketRoute } from 'playwright-core';

export interface Held {
  /** From now on, what the server says waits. */
  isHeld: boolean;
  /** Lets go of what waits, in order, and of all that comes. */
  (): void;
}

/** Of a page that has no socket yet. */
export async function holdNews(page: Page): Promise<Held> {
  const waiting: Array<() => void> = [];
  const held: Held = Object.assign(
    () => {
      held.isHeld = false;
      for (const pass of waiting.splice(0)) pass();
    },
    { isHeld: false },
  );
  await page.routeWebSocket(/\/rt\//, (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const pass = () => socket.send(message);
      if (held.isHeld) waiting.push(pass);
      else pass();
    });
  });
  return held;
}
