import { createStet, type Draft, indexedDbDrafts, type Stet, type StetList } from '@stet/client';
import { atLeast, type ListQuery, type Membership, problem, type Resource } from '@stet/protocol';
import { createShelf, type Shelf } from './drafts/shelf.js';
import { tabMemory } from './drafts/tab-memory.js';
import { createMarks, type Marks } from './list/marks.js';
import { apiBase, type Me } from './session.js';

// One workspace on this page: its client, its list, and the edits that are under way in it. It outlives the views, so
// that going elsewhere and coming back loses nothing that was typed.

export interface OpenWorkspace {
  readonly membership: Membership;
  readonly canWrite: boolean;
  readonly resource: Resource;
  readonly stet: Stet;
  readonly list: StetList;
  readonly marks: Marks;
  /** All of mine that is not saved, on this device. */
  readonly shelf: Shelf;
  /** Whether this version brought a deleted record back, as far as this page has heard. */
  isRestored(id: string, version: number): boolean;
  /** The ids of records with something of mine that is not saved, here or kept on this device. */
  unsaved(): ReadonlySet<string>;
  /** Until all that was typed here is kept on the device, or could not be. */
  settled(): Promise<void>;
  /** Reads what the list asks and hears what comes after it. */
  resume(query: ListQuery): Promise<void>;
  /** Out of sight: it hears nothing, and keeps what was typed. */
  pause(): void;
  /** The person has signed in again, or the role has changed. */
  renew(membership: Membership): void;
  close(): void;
}

export interface WorkspaceOptions {
  me: Me;
  membership: Membership;
  resource: Resource;
  /** What a row shows has moved on. */
  marked(): void;
  /** Whether the session that this page was opened in still goes on. */
  isGoing(): boolean;
  signedOut(): void;
}

export function openWorkspace({
  me,
  resource,
  marked,
  isGoing,
  signedOut,
  ...options
}: WorkspaceOptions): OpenWorkspace {
  let { membership } = options;
  const drafts = indexedDbDrafts({ user: me.user.id, workspace: membership.id });
  const stet = createStet({
    drafts,
    tab: tabMemory(),
    base: apiBase,
    workspace: membership.id,
    user: me.user,
    socket: new URL(me.socket, location.href).href,
    async fetch(...call) {
      // The cookie may be somebody else's by now: nothing of this person's goes out in that name.
      if (!isGoing()) return nobody();
      const response = await fetch(...call);
      if (response.status === 401) signedOut();
      return response;
    },
  });
  const marks = createMarks(me.user, marked);
  const restored = new Set<string>();
  const undo = stet.subscribe((event) => {
    if (event.kind !== 'change') return;
    const { action, id, version } = event.change;
    if (action === 'create' && version > 1) restored.add(`${id} ${version}`);
    marks.note(event.change, event.whose);
  });
  const list = stet.list(resource);
  const shelf = createShelf(stet.drafts);
  const until = new AbortController();
  const sight = () => stet.presence.hidden(document.visibilityState === 'hidden');
  document.addEventListener('visibilitychange', sight, { signal: until.signal });
  addEventListener('pagehide', () => stet.presence.leave(), { signal: until.signal });
  sight();
  return {
    get membership() {
      return membership;
    },
    get canWrite() {
      return atLeast(membership.role, resource.access.write);
    },
    resource,
    stet,
    list,
    marks,
    shelf,
    isRestored: (id, version) => restored.has(`${id} ${version}`),
    unsaved: () => shelf.records(),
    async settled() {
      await Promise.all(stet.drafts.unsaved().map(settled));
    },
    async resume(query) {
      // The list first: the log is then read on from where the list stood, and nothing falls between.
      await list.show(query);
      stet.start();
    },
    pause: () => stet.stop(),
    renew(next) {
      membership = next;
      for (const draft of stet.drafts.unsaved()) draft.reached();
    },
    close() {
      undo();
      until.abort();
      shelf.stop();
      marks.stop();
      stet.stop();
      drafts.close();
    },
  };
}

/** What the server says to a request without a session. */
function nobody(): Response {
  const body = problem('unauthenticated');
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/** Until the device has this one, or has failed to keep it. */
function settled(draft: Draft): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (draft.isDirty && !draft.isKept && draft.notKept === null) return;
      draft.off('state', look);
      resolve();
    };
    draft.on('state', look);
    look();
  });
}
