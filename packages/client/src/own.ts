import type { Author } from '@stet/protocol';
import type { Whose } from './news.js';
import { randomId } from './random-id.js';

// What is this page's own: the sockets that it had, and the keys of its writes. By them it recognises its echo, before
// or after the answer, and also where the answer was lost (H5).

export interface Own {
  readonly user: { id: string; name: string };
  /** The socket that is open now, if one is. */
  connected(id: string | null): void;
  newKey(): string;
  /** A key that this page had before it was reloaded. */
  claim(key: string): void;
  newId(): string;
  /** The headers of a write that name this page. */
  headers(): Record<string, string>;
  whose(author: Author, key?: string): Whose;
}

export function createOwn(user: { id: string; name: string }): Own {
  const connections = new Set<string>();
  const keys = new Set<string>();
  let open: string | null = null;
  return {
    user,
    connected(id) {
      open = id;
      if (id !== null) connections.add(id);
    },
    newKey() {
      const key = randomId();
      keys.add(key);
      return key;
    },
    claim: (key) => void keys.add(key),
    newId: randomId,
    headers: () => (open === null ? {} : { 'stet-connection': open }),
    whose({ id, connection }, key) {
      if (id !== user.id) return 'other';
      const isOwn = (connection !== undefined && connections.has(connection)) || (key !== undefined && keys.has(key));
      return isOwn ? 'own' : 'own-elsewhere';
    },
  };
}
