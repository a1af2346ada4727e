// Buses as several nodes have them: one for each, over a link of its own to the Redis that they share.
import { type Bus, createRedisBus, openRedis, type RedisLink } from '@stet/server';
import { pino } from 'pino';
import { until } from './until.js';

/** Notices within a second what usually takes some. */
const impatient = { askEvery: 300, answerWithin: 1_000 };

const silent = pino({ level: 'silent' });

export interface BusesOn {
  /** Of a further node; over its link, or over what is made of it. */
  node(over?: (link: RedisLink) => RedisLink): Bus;
  /** The channels that somebody subscribes. */
  channels(): Promise<string[]>;
  /** Waits until each node has given up what it listened with: whatever was said may be lost. */
  deaf(): Promise<void>;
  /** How many connections subscribe something. */
  subscribers(): Promise<number>;
  close(): Promise<void>;
}

export function busesOn(url: string): BusesOn {
  const open: Array<() => Promise<void>> = [];
  const linkTo = () => openRedis(url, silent, impatient);
  const listening = new Set<Listening>();
  let eye: RedisLink | null = null;

  /** Asks each Redis that there is. */
  async function askEach<T>(ask: (redis: Asked) => Promise<T>): Promise<T[]> {
    eye ??= linkTo();
    const link = eye;
    await until('Redis answers', () => link.isUp(), 30_000);
    const { commands } = link;
    return Promise.all(('nodes' in commands ? commands.nodes('master') : [commands]).map(ask));
  }

  return {
    node(over = (link) => link) {
      const link = linkTo();
      const bus = createRedisBus(over(watched(link, listening)), silent);
      open.push(async () => {
        await bus.close();
        await link.close();
      });
      return bus;
    },
    deaf: async () => void (await until('nobody hears', () => [...listening].every(({ isDeaf }) => isDeaf()), 30_000)),
    channels: async () =>
      (
        await askEach(async (redis) => [
          ...((await redis.pubsub('CHANNELS')) as string[]),
          ...((await redis.pubsub('SHARDCHANNELS')) as string[]),
        ])
      ).flat(),
    subscribers: async () =>
      (await askEach(async (redis) => String(await redis.client('LIST')))).flatMap(
        (list) => list.match(/ s?sub=[1-9]/g) ?? [],
      ).length,
    async close() {
      await Promise.all(open.splice(0).map((close) => close()));
      await eye?.close();
    },
  };
}

interface Listening {
  isDeaf(): boolean;
}

/** The same link; what listens on it stands in the set for as long as it is open. */
function watched(link: RedisLink, listening: Set<Listening>): RedisLink {
  return {
    ...link,
    subscriber(hearing) {
      const subscriber = link.subscriber(hearing);
      const channels = new Set<string>();
      const one = { isDeaf: () => [...channels].every((channel) => !subscriber.isHeard(channel)) };
      listening.add(one);
      return {
        isHeard: (channel) => subscriber.isHeard(channel),
        isUp: () => subscriber.isUp(),
        subscribe(channel) {
          channels.add(channel);
          subscriber.subscribe(channel);
        },
        unsubscribe: (channel) => subscriber.unsubscribe(channel),
        close() {
          listening.delete(one);
          subscriber.close();
        },
      };
    },
  };
}

/** One Redis, alone or of a Cluster. */
type Asked = Pick<Exclude<RedisLink['commands'], { nodes: unknown }>, 'pubsub' | 'client'>;
