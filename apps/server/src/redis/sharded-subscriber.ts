import slotOf from 'cluster-key-slot';
import type { Cluster } from 'ioredis';
import type { ConnectionOptions, Patience } from './options.js';
import { type Hearing, OneSubscriber, type Subscriber, sharded } from './subscriber.js';

// Listens on a Cluster: each channel at the shard that has its slot, one connection a shard. ioredis has such a thing too,
// but doesn't say when a channel is heard again after its shard was lost, nor notices one that is silent.

interface Place {
  slot: number;
  /** The shard at which it is subscribed, as `host:port`; null where none has the slot. */
  shard: string | null;
}

export class ShardedSubscriber implements Subscriber {
  readonly #cluster: Cluster;
  readonly #options: ConnectionOptions;
  readonly #hearing: Hearing;
  readonly #patience: Patience;
  readonly #places = new Map<string, Place>();
  readonly #shards = new Map<string, OneSubscriber>();
  readonly #settle = () => this.#settleAll();

  constructor(cluster: Cluster, options: ConnectionOptions, hearing: Hearing, patience: Patience) {
    this.#cluster = cluster;
    this.#options = options;
    this.#hearing = hearing;
    this.#patience = patience;
    cluster.on('refresh', this.#settle);
  }

  subscribe(channel: string): void {
    if (this.#places.has(channel)) return;
    const place: Place = { slot: slotOf(channel), shard: null };
    this.#places.set(channel, place);
    this.#put(channel, place);
  }

  unsubscribe(channel: string): void {
    const shard = this.#places.get(channel)?.shard;
    this.#places.delete(channel);
    if (shard) this.#shards.get(shard)?.unsubscribe(channel);
  }

  isHeard(channel: string): boolean {
    const shard = this.#places.get(channel)?.shard;
    return (shard && this.#shards.get(shard)?.isHeard(channel)) === true;
  }

  isUp(): boolean {
    return (
      [...this.#shards.values()].every((shard) => shard.isUp()) &&
      [...this.#places.values()].every(({ shard }) => shard !== null)
    );
  }

  close(): void {
    this.#cluster.off('refresh', this.#settle);
    for (const shard of this.#shards.values()) shard.close();
    this.#shards.clear();
    this.#places.clear();
  }

  /** Slots may have moved. */
  #settleAll(): void {
    for (const [channel, place] of this.#places) this.#put(channel, place);
    const used = new Set([...this.#places.values()].map(({ shard }) => shard));
    for (const [key, shard] of this.#shards) {
      if (used.has(key)) continue;
      shard.close();
      this.#shards.delete(key);
    }
  }

  #put(channel: string, place: Place): void {
    const owner = this.#cluster.slots[place.slot]?.[0] ?? null;
    // Where nobody has the slot now, who had it last may have it again.
    if (owner === null || owner === place.shard) return;
    if (place.shard !== null) this.#shards.get(place.shard)?.unsubscribe(channel);
    place.shard = owner;
    this.#at(owner).subscribe(channel);
  }

  #at(key: string): OneSubscriber {
    const known = this.#shards.get(key);
    if (known) return known;
    const colon = key.lastIndexOf(':');
    const options = { ...this.#options, host: key.slice(0, colon), port: Number(key.slice(colon + 1)) };
    const refused = () => this.#cluster.refreshSlotsCache();
    const shard = new OneSubscriber(options, sharded, this.#hearing, this.#patience, refused);
    this.#shards.set(key, shard);
    return shard;
  }
}
