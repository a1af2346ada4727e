// A socket that is slow on purpose: what the server says waits until the test lets it go.
import type { Page } from 'playwright-core';

export interface SlowNews {
  hold(): void;
  /** What waits, in order, and then all that comes. */
  letGo(): void;
}

/** Of a page that has no socket yet. */
export async function slowNews(page: Page): Promise<SlowNews> {
  const waiting: Array<() => void> = [];
  let isHeld = false;
  await page.routeWebSocket(/\/rt\//, (socket) => {
    socket.connectToServer().onMessage((message) => {
      waiting.push(() => socket.send(message));
      if (!isHeld) pass();
    });
  });
  const pass = () => {
    for (const send of waiting.splice(0)) send();
  };
  return {
    hold() {
      isHeld = true;
    },
    letGo() {
      isHeld = false;
      pass();
    },
  };
}
