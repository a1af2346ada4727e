import type { ConnectionState } from '@stet/client';

// What the page says of its connection: as much as is known, and no more.

export type LinkState =
  | { kind: 'live' }
  | { kind: 'connecting' }
  | { kind: 'reconnecting' }
  | { kind: 'offline' }
  | { kind: 'closed' };

/** `wasLive` tells coming back from coming; `isOnline` is the browser's word that there is a network at all. */
export function linkState(state: ConnectionState, wasLive: boolean, isOnline: boolean): LinkState {
  if (state.kind === 'open') return { kind: 'live' };
  if (state.kind === 'closed') return { kind: state.why === 'asked' ? 'connecting' : 'closed' };
  if (!isOnline) return { kind: 'offline' };
  const isFirst = !wasLive && (state.kind !== 'waiting' || state.attempt <= 1);
  return { kind: isFirst ? 'connecting' : 'reconnecting' };
}

export const linkText: Record<LinkState['kind'], { label: string; about: string }> = {
  live: { label: 'Live', about: 'Changes of others show at once.' },
  connecting: { label: 'Connecting…', about: 'Changes of others show once this is done.' },
  reconnecting: {
    label: 'Reconnecting…',
    about: 'What others change is not shown at the moment. It is caught up with.',
  },
  offline: { label: 'Offline', about: 'There is no network. What you type can be saved once there is.' },
  closed: { label: 'Not live', about: 'The server refused live updates. Load the page again.' },
};
