import type { ConnectionState, Link } from '@stet/client';

// What the page says of its connection: as much as is known, and no more.

export type LinkState =
  | { kind: 'live' }
  /** No socket, and the log is read every few seconds. */
  | { kind: 'polling' }
  | { kind: 'connecting' }
  | { kind: 'reconnecting' }
  | { kind: 'offline' }
  | { kind: 'closed' };

export interface Known {
  state: ConnectionState;
  link: Link;
  /** Changes have been followed on this page before: coming is not coming back. */
  hasFollowed: boolean;
  /** The browser's word that there is a network at all. */
  isOnline: boolean;
}

export function linkState({ state, link, hasFollowed, isOnline }: Known): LinkState {
  if (link === 'live') return { kind: 'live' };
  if (state.kind === 'closed' && state.why !== 'refused') {
    return { kind: state.why === 'asked' ? 'connecting' : 'closed' };
  }
  if (!isOnline) return { kind: 'offline' };
  if (link === 'polling') return { kind: 'polling' };
  if (state.kind === 'closed') return { kind: 'closed' };
  return { kind: hasFollowed ? 'reconnecting' : 'connecting' };
}

export const linkText: Record<LinkState['kind'], { label: string; about: string }> = {
  live: { label: 'Live', about: 'Changes of others show at once.' },
  polling: {
    label: 'Not live',
    about: 'No live connection can be had here: changes are looked for every few seconds.',
  },
  connecting: { label: 'Connecting…', about: 'Changes of others show once this is done.' },
  reconnecting: {
    label: 'Reconnecting…',
    about: 'What others change is not shown at the moment. It is caught up with.',
  },
  offline: { label: 'Offline', about: 'There is no network. What you type can be saved once there is.' },
  closed: { label: 'Disconnected', about: 'The server refused live updates. Load the page again.' },
};
