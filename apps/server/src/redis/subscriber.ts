import type { EventEmitter } from 'node:events';
import { Redis } from 'ioredis';
import type { ConnectionOptions, Patience } from './options.js';

// One connection that listens to channels. Which ones it should hear is kept here, and asked for again on every
// connection: Redis forgets it with the connection, and ioredis would say nothing of having asked anew.

export interface Hearing {
  heard(channel: string, message: string): void;
  /** From now on the channel is heard, for the first time or again; what was said before may have been missed. */
  anew(channel: string): void;
}

export interface Subscriber {
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  /** Redis has said that the channel is subscribed. */
  isHeard(channel: string): boolean;
  isUp(): boolean;
  close(): void;
}

/** Plain channels are asked for many at a time; sharded ones each by itself, since they may be in different slots. */
export const plain = {
  most: 500,
  listen: (redis: Redis, heard: Hearing['heard']) => redis.on('message', heard),
  subscribe: (redis: Redis, channels: string[]) => redis.subscribe(...channels),
  unsubscribe: (redis: Redis, channel: string) => redis.unsubscribe(channel),
} as const;
export const sharded = {
  most: 1,
  listen: (redis: Redis, heard: Hearing['heard']) => redis.on('smessage', heard),
  subscribe: (redis: Redis, channels: string[]) => redis.ssubscribe(...channels),
  unsubscribe: (redis: Redis, channel: string) => redis.sunsubscribe(channel),
} as const;

export class OneSubscriber implements Subscriber {
  readonly #redis: Redis;
  readonly #way: typeof plain | typeof sharded;
  readonly #hearing: Hearing;
  readonly #patience: Patience;
  readonly #refused: () => void;
  readonly #wanted = new Set<string>();
  readonly #heard = new Set<string>();
  readonly #asking: NodeJS.Timeout;
  #retry: NodeJS.Timeout | null = null;

  /** `refused`: some channel can't be had here (any more). */
  constructor(
    options: ConnectionOptions,
    way: typeof plain | typeof sharded,
    hearing: Hearing,
    patience: Patience,
    refused = () => {},
  ) {
    this.#way = way;
    this.#hearing = hearing;
    this.#patience = patience;
    this.#refused = refused;
    this.#redis = new Redis(options);
    this.#redis
      .on('ready', () => this.#ask())
      .on('close', () => this.#heard.clear())
      // Whether Redis is there is said by the commands' connection.
      .on('error', () => {});
    // A slot has moved away, and its channels are heard here no longer. An event that ioredis has no type for.
    const emitter: EventEmitter = this.#redis;
    emitter.on('moved', () => {
      this.#heard.clear();
      this.#lost();
    });
    way.listen(this.#redis, (channel, message) => hearing.heard(channel, message));
    // Who only listens never learns that nobody is there: an answer that fails to come ends the connection.
    this.#asking = setInterval(() => this.#ping(), patience.askEvery).unref();
  }

  subscribe(channel: string): void {
    this.#wanted.add(channel);
    this.#ask([channel]);
  }

  unsubscribe(channel: string): void {
    this.#wanted.delete(channel);
    this.#heard.delete(channel);
    if (this.isUp()) this.#way.unsubscribe(this.#redis, channel).catch(() => {});
  }

  isHeard(channel: string): boolean {
    return this.#heard.has(channel);
  }

  isUp(): boolean {
    return this.#redis.status === 'ready';
  }

  close(): void {
    clearInterval(this.#asking);
    if (this.#retry) clearTimeout(this.#retry);
    this.#wanted.clear();
    this.#heard.clear();
    this.#redis.disconnect();
  }

  #ask(channels: Iterable<string> = this.#wanted): void {
    if (!this.isUp()) return;
    const missing = [...channels].filter((channel) => this.#wanted.has(channel) && !this.#heard.has(channel));
    for (let from = 0; from < missing.length; from += this.#way.most) {
      const some = missing.slice(from, from + this.#way.most);
      this.#way.subscribe(this.#redis, some).then(
        () => this.#granted(some),
        () => this.#lost(),
      );
    }
  }

  #granted(channels: readonly string[]): void {
    for (const channel of channels) {
      if (!this.#wanted.has(channel)) continue;
      this.#heard.add(channel);
      this.#hearing.anew(channel);
    }
  }

  /** On a connection that is gone there is nothing to do: the next one asks for all. */
  #lost(): void {
    if (!this.isUp()) return;
    this.#refused();
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#ask();
    }, this.#patience.askEvery).unref();
  }

  #ping(): void {
    if (this.isUp()) this.#redis.ping().catch(() => {});
  }
}
