// Whose word stands, where a page has spoken at several nodes: the last one's, by the one clock that all nodes share.
// Every node comes to the same answer from what stands in Redis.

export const socketPrefix = 'socket ';
export const pagePrefix = 'page ';

export interface At {
  readonly node: string;
  /** When it was said, by the clock of Redis. */
  readonly at: number;
}

const isLater = (one: At, other: At): boolean => one.at > other.at || (one.at === other.at && one.node > other.node);

/**
 * The copy of another node that stands, if one does. `own` is when the voice spoke here last: null for just now,
 * undefined where it says nothing here.
 */
export function latest<Copy extends At>(
  id: string,
  here: string,
  own: number | null | undefined,
  copies: readonly Copy[],
): Copy | null {
  // A socket is at one node only.
  if (own === null || (own !== undefined && id.startsWith(socketPrefix))) return null;
  const [first, ...others] = copies;
  if (!first) return null;
  const last = others.reduce((before, copy) => (isLater(copy, before) ? copy : before), first);
  return own === undefined || isLater(last, { node: here, at: own }) ? last : null;
}
