// A run's own names for records and users, and the store's: where a run goes on beside real work, its records have a
// prefix there, and others' records keep away from them; and who a user is, the server says.

export interface Names {
  /** The id of a record of the run in the store. */
  id(record: string): string;
  record(id: string): string;
  /** Whether a record of this id in the store is one of this run's. */
  isOwn(id: string): boolean;
  /** The run's name for a user that the store knows by this id. */
  user(id: string): string;
  learn(user: string, id: string): void;
}

/** Stands before what is not of this run; no id has such a mark. */
const elsewhere = 'elsewhere/';

export function createNames(prefix = ''): Names {
  const users = new Map<string, string>();
  const isOwn = (id: string) => id.startsWith(prefix);
  return {
    id: (record) => (record.startsWith(elsewhere) ? record.slice(elsewhere.length) : prefix + record),
    record: (id) => (isOwn(id) ? id.slice(prefix.length) : elsewhere + id),
    isOwn,
    user: (id) => users.get(id) ?? id,
    learn(user, id) {
      if (!users.has(id)) users.set(id, user);
    },
  };
}
