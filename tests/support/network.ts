// A network with a mind of its own: between a page and its server, what is sent waits, is overtaken or gets lost.
import type { Down, SocketRequest } from '@stet/protocol';
import type { Page, Route } from 'playwright-core';

export interface Held {
  /** Waits until there is something to let go. */
  letGo(): Promise<void>;
}

/**
 * The next write to a path goes over REST, where it can be met: on the socket it is turned away, as by a server that
 * has too much to do. The page has its socket already.
 */
export const overRest = (page: Page, path: string): Promise<void> =>
  page.evaluate((path) => {
    const { send } = WebSocket.prototype;
    let isMet = false;
    const isIt = (up: SocketRequest) =>
      up.type === 'request' && up.method !== 'GET' && `/api${up.path.split('?')[0]}` === path;
    WebSocket.prototype.send = function (data) {
      const request = (JSON.parse(String(data)) as string[])
        .map((text) => JSON.parse(text) as SocketRequest)
        .find(isIt);
      if (isMet || !request) return send.call(this, data);
      isMet = true;
      const reply: Down = { type: 'reply', ref: request.ref, status: 429, headers: { 'retry-after': '1' }, body: null };
      const event = new MessageEvent('message', { data: `a${JSON.stringify([JSON.stringify(reply)])}` });
      queueMicrotask(() => this.dispatchEvent(event));
    };
  }, path);

/** What the page reads there passes: it may still be on its way. Only the next write is met. */
async function nextWrite(page: Page, path: string, meet: (route: Route) => Promise<unknown>): Promise<void> {
  let isMet = false;
  await overRest(page, path);
  // Whatever its query asks.
  const isThere = ({ pathname }: URL) => pathname === path;
  await page.route(isThere, async (route) => {
    if (isMet || route.request().method() === 'GET') return route.fallback();
    isMet = true;
    await meet(route);
  });
}

/** The next write to a path waits, before the server hears of it. */
export const holdRequest = (page: Page, path: string): Promise<Held> =>
  hold(page, path, async (route) => () => route.continue());

/** The next write to a path reaches the server, and its answer waits. */
export const holdAnswer = (page: Page, path: string): Promise<Held> =>
  hold(page, path, async (route) => {
    const response = await route.fetch();
    return () => route.fulfill({ response });
  });

async function hold(page: Page, path: string, take: (route: Route) => Promise<() => Promise<void>>): Promise<Held> {
  let taken = (_letGo: () => Promise<void>): void => {};
  const held = new Promise<() => Promise<void>>((resolve) => {
    taken = resolve;
  });
  await nextWrite(page, path, async (route) => taken(await take(route)));
  return { letGo: async () => (await held)() };
}

/** The next write to a path reaches the server, and its answer never comes. */
export const loseAnswer = (page: Page, path: string): Promise<unknown> =>
  nextWrite(page, path, async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });

/** The next write to a path is on its way while something else happens. */
export const overtake = (page: Page, path: string, happens: () => Promise<unknown>): Promise<unknown> =>
  nextWrite(page, path, async (route) => {
    await happens();
    await route.continue();
  });

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

const isReply = (frame: string): boolean =>
  frame.startsWith('a') &&
  (JSON.parse(frame.slice(1)) as string[]).every((text) => (JSON.parse(text) as Down).type === 'reply');
