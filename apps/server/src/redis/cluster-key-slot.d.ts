// cluster-key-slot 1.1.1, by which ioredis finds the shard of a key as well, comes without types.

declare module 'cluster-key-slot' {
  /** Which of a Cluster's 16384 slots a key or channel is in. */
  export default function slotOf(key: string): number;
}
