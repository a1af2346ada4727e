// How far somebody has read a workspace's log: epoch and seq in one opaque string.

export interface Position {
  epoch: string;
  seq: number;
}

export const cursorOf = (position: Position): string => `${position.epoch}.${position.seq}`;

/** Null for anything that no log of ours has given out. */
export function readCursor(text: string): Position | null {
  const match = /^(\w{1,40})\.(0|[1-9]\d{0,15})$/.exec(text);
  return match?.[1] && match[2] ? { epoch: match[1], seq: Number(match[2]) } : null;
}
