import type { Notice } from '@stet/protocol';
import type { Api } from './api.js';
import type { History, Restored } from './history.js';
import type { StetModel } from './record.js';
import { asRestore } from './way-back.js';

// What this person is told of: values of theirs that somebody knowingly replaced (M4). The server keeps the list; a
// frame on the socket says that it has grown, and so does each new connection.

export interface Notices {
  readonly items: readonly Notice[];
  /** Reads the list anew. */
  refresh(): Promise<void>;
  /** Brings the values back, unless one of them has changed again. */
  restore(notice: Notice): Promise<Restored>;
  dismiss(notice: Notice): Promise<boolean>;
  subscribe(listener: () => void): () => void;
}

export interface NoticesOptions {
  api: Api;
  workspace: string;
  recordOf(notice: Notice): StetModel | null;
  restore: History['restore'];
}

export function createNotices({ api, workspace, recordOf, restore }: NoticesOptions): Notices {
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

  return {
    get items() {
      return items;
    },
    async refresh() {
      read += 1;
      const mine = read;
      const answer = await api({ method: 'GET', path });
      if (mine === read && answer.kind === 'ok') become((answer.body as { items: Notice[] }).items);
    },
    async restore(notice) {
      const model = recordOf(notice);
      if (!model) return { kind: 'unchanged' };
      const restored = await restore(model, ...asRestore(notice.restore, notice.version));
      // What stands there again needs no notice.
      if (restored.kind === 'restored' || restored.kind === 'unchanged') await dismiss(notice);
      return restored;
    },
    dismiss,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
