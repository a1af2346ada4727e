import { createStet, type Draft, type Stet, type StetList, type StetModel } from '@stet/client';
import { atLeast, type Membership, type Resource } from '@stet/protocol';
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
  /** The edit of a record: the one that created it on this page, or the client's. */
  draftOf(model: StetModel): Draft;
  /** The edit of a record that does not exist yet: one at a time. */
  newDraft(): Draft;
  /** A new record's first save went well. */
  created(id: string, draft: Draft): void;
  /** The ids of records with something typed and not saved. */
  unsaved(): ReadonlySet<string>;
  close(): void;
}

export interface WorkspaceOptions {
  me: Me;
  membership: Membership;
  resource: Resource;
  /** What a row shows has moved on. */
  marked(): void;
  signedOut(): void;
}

export function openWorkspace({ me, membership, resource, marked, signedOut }: WorkspaceOptions): OpenWorkspace {
  const stet = createStet({
    base: apiBase,
    workspace: membership.id,
    user: me.user,
    socket: new URL(me.socket, location.href).href,
    async fetch(...call) {
      const response = await fetch(...call);
      if (response.status === 401) signedOut();
      return response;
    },
  });
  const marks = createMarks(me.user, marked);
  const created = new Map<string, Draft>();
  let fresh: Draft | null = null;
  const undo = stet.subscribe((event) => {
    if (event.kind === 'change') marks.note(event.change, event.whose);
  });
  return {
    membership,
    canWrite: atLeast(membership.role, resource.access.write),
    resource,
    stet,
    list: stet.list(resource),
    marks,
    draftOf: (model) => created.get(model.id as string) ?? stet.draft(model),
    newDraft() {
      fresh ??= stet.newDraft(resource);
      return fresh;
    },
    created(id, draft) {
      created.set(id, draft);
      if (draft === fresh) fresh = null;
    },
    unsaved: () => new Set(stet.unsaved().flatMap(({ record }) => (record ? [record.id as string] : []))),
    close() {
      undo();
      marks.stop();
      stet.stop();
    },
  };
}
