import { equal, type Notice } from '@stet/protocol';
import { createAnew } from './anew.js';
import { type Api, isPassing } from './api.js';
import type { History, Restored } from './history.js';
import type { StetModel } from './record.js';
import { asRestore } from './way-back.js';

// What this person is told of: values of theirs that somebody knowingly replaced (M4). The server keeps the list; a
// frame on the socket says that it has grown, and so does each new connection.

/** What became of “restore my values”. */
export interface Retrieved {
  outcome: Restored;
  /** The fields that were asked for, and those that have changed again and were not. */
  fields: string[];
  left: string[];
}

export interface Notices {
  readonly items: readonly Notice[];
  /** Reads the list anew, soon again where that could not be done at the moment. */
  refresh(): Promise<void>;
  /** Brings the values back, of fields that have not changed again; a notice of which something is left stays. */
  restore(notice: Notice): Promise<Retrieved>;
  dismiss(notice: Notice): Promise<boolean>;
  subscribe(listener: () => void): () => void;
  stop(): void;
}

export interface NoticesOptions {
  api: Api;
  workspace: string;
  recordOf(notice: Notice): StetModel | null;
  restore: History['restore'];
  /** Reads the record, before it is looked at whether a value has changed again. */
  load(model: StetModel): Promise<unknown>;
  /** Whether to try again by oneself, where the list could not be read at the moment. */
  isWanted(): boolean;
}

/** The fields in which the value still stands that replaced this person's; all, where none does or it is not known. */
export function retrievable({ fields, action }: Notice, { server }: StetModel): string[] {
  const names = Object.keys(fields);
  if (server.kind !== 'live' || action === 'destroy') return names;
  const same = names.filter((name) => equal(server.body[name], fields[name]?.now));
  return same.length > 0 ? same : names;
}

export function createNotices({ api, workspace, recordOf, restore, load, isWanted }: NoticesOptions): Notices {
  const path = `/workspaces/${encodeURIComponent(workspace)}/notices`;
  const listeners = new Set<() => void>();
  let items: readonly Notice[] = [];
  /** Each read has its number: an older answer that comes late tells nothing. */
  let read = 0;

  function become(next: readonly Notice[]): void {
    items = next;
    for (const listener of listeners) listener();
  }

  async function dismiss({ seq }: Notice): Promise<boolean> {
    const answer = await api({ method: 'DELETE', path: `${path}/${seq}` });
    if (answer.kind !== 'ok') return false;
    read += 1;
    become(items.filter((each) => each.seq !== seq));
    return true;
  }

  async function readAll(): Promise<boolean> {
    read += 1;
    const mine = read;
    const answer = await api({ method: 'GET', path });
    if (mine !== read) return true;
    if (answer.kind === 'ok') become((answer.body as { items: Notice[] }).items);
    return !isPassing(answer);
  }

  const anew = createAnew(readAll, isWanted);

  return {
    get items() {
      return items;
    },
    async refresh() {
      if (!(await readAll())) anew.missed();
    },
    async restore(notice) {
      const model = recordOf(notice);
      const names = Object.keys(notice.fields);
      if (!model) return { outcome: { kind: 'unchanged' }, fields: names, left: [] };
      if (model.server.kind === 'unknown') await load(model);
      const fields = retrievable(notice, model);
      const left = names.filter((name) => !fields.includes(name));
      const [wanted, seen] = asRestore(notice.restore, notice.version);
      const outcome = await restore(model, left.length > 0 ? { ...wanted, fields } : wanted, seen);
      // What stands there again needs no notice.
      const isDone = outcome.kind === 'restored' || outcome.kind === 'unchanged';
      if (isDone && left.length === 0) await dismiss(notice);
      return { outcome, fields, left };
    },
    dismiss,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: anew.stop,
  };
}
