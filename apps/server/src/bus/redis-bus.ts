import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { RedisLink } from '../redis/redis.js';
import type { Bus, Wake } from './bus.js';
import { Listeners } from './listeners.js';
import { readMessage, textOf } from './message.js';
import { Outbox } from './outbox.js';
import { nameOf, topicOf } from './topics.js';

// The bus between nodes. Whoever listens here hears at once what is said here; other nodes hear it by Redis, and what
// could not be said to them is said when it can be: who listens there has lost nothing, so nobody would tell them to look.

const tryAgainAfter = 500;
// For who closes with something unsaid: a command that has just begun may not have reached Redis yet.
const lastWordsWithin = 500;

export function createRedisBus(link: RedisLink, log: Logger): Bus {
  const me = randomUUID();
  const listeners = new Listeners(log);
  const outbox = new Outbox();
  let flushing: NodeJS.Immediate | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isOdd = false;
  let isClosed = false;
  const underWay = new Set<Promise<unknown>>();

  function heard(channel: string, text: string): void {
    const message = readMessage(text);
    const name = message && nameOf(topicOf(message.wake));
    if (message && name === channel) {
      if (message.from !== me) listeners.tell(name, message.wake);
      return;
    }
    if (!isOdd) log.warn({ channel }, 'somebody says on the bus what is not understood; it is dropped');
    isOdd = true;
  }
  const subscriber = link.subscriber({ heard, anew: (channel) => listeners.tell(channel, { kind: 'anew' }) });

  function flush(): void {
    flushing = null;
    for (const wake of outbox.take()) {
      const failed = () => unsaid(wake);
      const saying = link.publish(nameOf(topicOf(wake)), textOf({ from: me, wake })).catch(failed);
      underWay.add(saying);
      void saying.finally(() => underWay.delete(saying));
    }
  }

  function unsaid(wake: Wake): void {
    outbox.add(wake);
    if (isClosed) return;
    retry ??= setTimeout(() => {
      retry = null;
      flush();
    }, tryAgainAfter).unref();
  }

  const readyWithin = (most: number): Promise<void> =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(end, most);
      const stop = link.onReady(end);
    });

  const undo = link.onReady(() => {
    if (!outbox.isEmpty) flush();
  });

  return {
    publish(wake) {
      if (isClosed) return;
      listeners.tell(nameOf(topicOf(wake)), wake);
      outbox.add(wake);
      // What is said in one turn of the event loop goes together: of one log only how far it has come.
      flushing ??= setImmediate(flush);
    },
    subscribe(topic, listener) {
      if (isClosed) return () => {};
      const name = nameOf(topic);
      const isFirst = !listeners.has(name);
      const forget = listeners.add(name, listener, subscriber.isHeard(name));
      if (isFirst) subscriber.subscribe(name);
      return () => {
        if (!listeners.has(name)) return;
        forget();
        if (!listeners.has(name)) subscriber.unsubscribe(name);
      };
    },
    state: () => (!isClosed && link.isUp() && subscriber.isUp() ? 'up' : 'down'),
    async close() {
      if (isClosed) return;
      isClosed = true;
      undo();
      if (flushing) clearImmediate(flushing);
      if (retry) clearTimeout(retry);
      listeners.clear();
      subscriber.close();
      flush();
      await Promise.all(underWay);
      if (outbox.isEmpty) return;
      await readyWithin(lastWordsWithin);
      flush();
      await Promise.all(underWay);
    },
  };
}
