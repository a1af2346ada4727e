import type { Resource } from '@stet/protocol';
import type { Draft } from '../draft/draft.js';
import type { StetModel } from '../record.js';
import type { KeptDraft } from './kept.js';
import type { DraftStore } from './store.js';
import type { TabMemory } from './tab-memory.js';

// The drafts of one person in one workspace: those that are open on this page, and those that wait on the device.

/** One of my drafts, as a list shows it. */
export interface Listed {
  kept: KeptDraft;
  /** `here`: open on this page. `elsewhere`: open in another tab. `waiting`: nobody has it open. */
  where: 'here' | 'elsewhere' | 'waiting';
}

export interface Desk {
  /** The edit of a record that is under way on this page; or the one that waits on the device; or a fresh one. */
  open(model: StetModel): Promise<Draft>;
  /** The same, of a record that does not exist yet. */
  openNew(resource: Resource): Promise<Draft>;
  /** Drafts on this page with something typed and not saved. */
  unsaved(): Draft[];
  /** Drafts on this page that show this record, or any. */
  here(): Draft[];
  /** All that this person has typed and not saved on this device, newest first. */
  list(): Promise<Listed[]>;
  /** Takes up one that waits; what is being typed in its place is put aside first. null: another tab was faster, the device failed, or the record cannot be read now. */
  takeUp(id: string): Promise<Draft | null>;
  /** Throws away one that waits: the person has said so. */
  discard(id: string): Promise<boolean>;
  /** Told when what is kept has changed, here or in another tab. */
  subscribe(listener: () => void): () => void;
}

export interface DeskOptions {
  store: DraftStore;
  tab: TabMemory;
  workspace: string;
  /** The resource of a kept draft; undefined for one that this page does not know. */
  resourceOf(name: string): Resource | undefined;
  record(resource: Resource, id: string): StetModel;
  /** Reads the record, before an edit of it goes on. */
  load(model: StetModel): Promise<unknown>;
  fresh(resource: Resource, model: StetModel | null): Draft;
}

export function createDesk(options: DeskOptions): Desk {
  const { store, tab, workspace, record, load, fresh } = options;
  const drafts = new Set<Draft>();
  const listeners = new Set<() => void>();
  /** Two who ask for one edit at the same time get the same. */
  const opening = new Map<string, Promise<Draft>>();

  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  const kept = async (): Promise<KeptDraft[]> => {
    const all = await store.all().catch(() => []);
    return all.filter((each) => each.workspace === workspace).sort((a, b) => b.at.localeCompare(a.at));
  };

  const placeOf = (resource: Resource, model: StetModel | null): string =>
    `${workspace}/${resource.name}/${model ? model.id : 'new'}`;

  function place(resource: Resource, model: StetModel | null): Draft {
    const known = [...drafts].find((draft) => draft.resource === resource && draft.record === model);
    if (known) return known;
    const draft = fresh(resource, model);
    drafts.add(draft);
    // Each of its moves is kept; and that it was, is a move too.
    draft.on('state', () => {
      if (draft.isDirty) tab.remember(placeOf(resource, draft.record), draft.keptAs);
      tell();
    });
    return draft;
  }

  function once(name: string, work: () => Promise<Draft>): Promise<Draft> {
    const under = opening.get(name) ?? work().finally(() => opening.delete(name));
    opening.set(name, under);
    return under;
  }

  /** What waits on the device goes on where nothing was typed on this page. */
  async function opened(resource: Resource, model: StetModel | null): Promise<Draft> {
    const draft = place(resource, model);
    if (draft.isDirty) return draft;
    const id = (model?.id as string | undefined) ?? null;
    const waiting = (await kept()).filter(
      (each) => !each.parked && each.resource === resource.name && each.record === id && each.id !== draft.keptAs,
    );
    const own = tab.recall(placeOf(resource, model));
    for (const each of [...waiting.filter((one) => one.id === own), ...waiting.filter((one) => one.id !== own)]) {
      // Somebody may have begun to type meanwhile: that comes first, and what waits goes on waiting.
      if (draft.isDirty) return draft;
      if (await resumed(draft, each)) return draft;
    }
    return draft;
  }

  async function resumed(draft: Draft, each: KeptDraft): Promise<boolean> {
    const release = await store.hold(each.id).catch(() => null);
    if (!release) return false;
    // It may have been saved or thrown away in the moment before it was held.
    const still = (await kept()).find(({ id }) => id === each.id);
    if (!still || draft.isDirty) {
      release();
      return false;
    }
    await draft.resume({ ...still, parked: false }, release);
    return true;
  }

  const isHere = (id: string): boolean => [...drafts].some((draft) => draft.isDirty && draft.keptAs === id);

  return {
    open: (model) => once(`${model.resource.name}/${model.id}`, () => opened(model.resource, model)),
    openNew: (resource) => once(resource.name, () => opened(resource, null)),
    unsaved: () => [...drafts].filter((draft) => draft.isDirty),
    here: () => [...drafts],
    async list() {
      const [all, held] = await Promise.all([kept(), store.holders().catch(() => new Set<string>())]);
      return all.map((each): Listed => {
        if (isHere(each.id)) return { kept: each, where: 'here' };
        return { kept: each, where: held.has(each.id) ? 'elsewhere' : 'waiting' };
      });
    },
    async takeUp(id) {
      const each = (await kept()).find((found) => found.id === id);
      const resource = each && options.resourceOf(each.resource);
      if (!each || !resource) return null;
      const open = [...drafts].find((draft) => draft.isDirty && draft.keptAs === id);
      if (open) return open;
      const model = each.record === null ? null : record(resource, each.record);
      if (model) await load(model);
      // What became of the record has to be known before an edit of it goes on.
      if (model?.server.kind === 'unknown') return null;
      const draft = place(resource, model);
      if (draft.isDirty && !(await draft.park())) return null;
      return (await resumed(draft, each)) ? draft : null;
    },
    async discard(id) {
      const release = isHere(id) ? null : await store.hold(id).catch(() => null);
      if (!release) return false;
      const isDone = await store.remove(id).then(
        () => true,
        () => false,
      );
      release();
      tell();
      return isDone;
    },
    subscribe(listener) {
      listeners.add(listener);
      const undo = store.subscribe(listener);
      return () => {
        listeners.delete(listener);
        undo();
      };
    },
  };
}
