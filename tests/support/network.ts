// A network with a mind of its own: between a page and its server, what is sent waits, is overtaken or gets lost.
import type { Down } from '@stet/protocol';
import type { Page } from 'playwright-core';

export interface Held {
  /** Waits until there is something to let go. */
  letGo(): Promise<void>;
}

/** What becomes of a write before the server hears of it, and what before the page hears of the answer. */
interface Journey {
  out?(): Promise<unknown>;
  back?(): Promise<unknown>;
}

let journeys = 0;

/**
 * The next write to a path, whatever its query asks; what the page reads there passes. It is met in the page itself:
 * Chromium says that it stops requests before the page knows of it, and a key that is pressed next may be faster.
 */
async function nextWrite(page: Page, path: string, { out, back }: Journey = {}): Promise<void> {
  journeys += 1;
  const name = `journey${journeys}`;
  await page.exposeFunction(name, async (way: keyof Journey) => void (await (way === 'out' ? out : back)?.()));
  await page.evaluate(meetWrite, { path, name });
}

/** In the page: whichever transport it has, the write goes over REST, as where the browser knows of no network. */
function meetWrite({ path, name }: { path: string; name: string }): void {
  const { fetch } = window;
  const pass = (window as unknown as Record<string, (way: keyof Journey) => Promise<void>>)[name];
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
  window.fetch = async (...call) => {
    const { pathname } = new URL(String(call[0]), location.href);
    if (pathname !== path || (call[1]?.method ?? 'GET') === 'GET') return fetch(...call);
    window.fetch = fetch;
    Reflect.deleteProperty(navigator, 'onLine');
    await pass?.('out');
    const response = await fetch(...call);
    await pass?.('back');
    return response;
  };
}

/** The next write to a path goes over REST. */
export const overRest = (page: Page, path: string): Promise<void> => nextWrite(page, path);

/** The next write to a path waits, before the server hears of it. */
export const holdRequest = (page: Page, path: string): Promise<Held> => hold(page, path, 'out');

/** The next write to a path reaches the server, and its answer waits. */
export const holdAnswer = (page: Page, path: string): Promise<Held> => hold(page, path, 'back');

async function hold(page: Page, path: string, way: keyof Journey): Promise<Held> {
  const [reached, passed] = [gate(), gate()];
  const wait = () => {
    reached.open();
    return passed.opened;
  };
  await nextWrite(page, path, { [way]: wait });
  return {
    async letGo() {
      await reached.opened;
      passed.open();
    },
  };
}

function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The next write to a path reaches the server, and its answer never comes. */
export const loseAnswer = (page: Page, path: string): Promise<void> =>
  nextWrite(page, path, { back: () => Promise.reject(new Error('The answer is lost.')) });

/** The next write to a path is on its way while something else happens. */
export const overtake = (page: Page, path: string, happens: () => Promise<unknown>): Promise<void> =>
  nextWrite(page, path, { out: happens });

/** Takes the network away, or gives it back; the page knows when this is done. */
export async function setOffline(page: Page, isOffline: boolean): Promise<void> {
  await page.context().setOffline(isOffline);
  await page.waitForFunction((isOffline) => navigator.onLine !== isOffline, isOffline);
}

export interface SlowNews {
  hold(): void;
  /** What waits, in order, and then all that comes. */
  letGo(): void;
}

/** What the server says by the socket, of a page that has none yet; what it answers there is no news. */
export async function slowNews(page: Page): Promise<SlowNews> {
  const waiting: Array<() => void> = [];
  let isHeld = false;
  const pass = () => {
    for (const send of waiting.splice(0)) send();
  };
  await page.addInitScript(onlyWebSocket);
  await page.routeWebSocket(/\/rt\//, (socket) => {
    socket.connectToServer().onMessage((message) => {
      const send = () => socket.send(message);
      if (isReply(String(message))) return send();
      waiting.push(send);
      if (!isHeld) pass();
    });
  });
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

/** In the page: one whose socket was slow to open would go on over XHR, past what is held here. */
function onlyWebSocket(): void {
  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (...call: unknown[]) {
    if (/\/rt\/.+\/xhr/.test(String(call[1]))) throw new DOMException('Only by WebSocket.', 'NetworkError');
    Reflect.apply(open, this, call);
  };
}

const isReply = (frame: string): boolean =>
  frame.startsWith('a') &&
  (JSON.parse(frame.slice(1)) as string[]).every((text) => (JSON.parse(text) as Down).type === 'reply');
