import type { Generated } from 'kysely';

// The tables, as both databases hold them.

export interface Tables {
  workspaces: { id: string; name: string; epoch: string; seq: number; floor: number; created_at: string };
  members: { workspace: string; user: string; role: string };
  /** Where each record stands now; a tombstone keeps its row, with its body null. */
  records: {
    workspace: string;
    resource: string;
    id: string;
    version: number;
    body: string | null;
    created_at: string;
    created_by: string;
    updated_at: string;
    updated_by: string;
  };
  /** Each accepted write once: read by `seq` it is the log, read by record and version it is the history. */
  changes: {
    workspace: string;
    seq: number;
    resource: string;
    id: string;
    version: number;
    action: string;
    fields: string;
    body: string | null;
    by_id: string;
    by_name: string;
    connection: string | null;
    via: string | null;
    key: string | null;
    at: string;
    how: string | null;
  };
  /** What live records are ordered and filtered by (packages/protocol/src/find.ts). */
  keys: { workspace: string; resource: string; field: string; key: string; id: string };
  /** What became of the first write with each Idempotency-Key of a person. */
  write_keys: {
    workspace: string;
    user: string;
    key: string;
    content: string;
    kind: string;
    resource: string;
    id: string;
    version: number;
    at: string;
  };
  /** Who is told of which write; of what, its row in `changes` says. */
  notices: { workspace: string; user: string; seq: number; at: string; dismissed: number };
  /** How far the order of changed memberships has come: its one row is where all who change any meet. */
  access_counter: { place: number };
  /** The place of each user's newest change of membership. */
  access: { user: string; place: number };
  tickets: { num: Generated<number>; digest: string; user: string; who: string; until: string };
}
