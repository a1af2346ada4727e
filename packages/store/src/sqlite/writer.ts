import { type Key, keysOf, wordsOf } from '@stet/protocol';
import { type Kysely, sql, type Transaction } from 'kysely';
import { fromEntry } from '../rows.js';
import type { Entry, Outcome, Stored, Write } from '../store.js';
import type { Tables } from '../tables.js';

// Check, write, history and log of one write, in the order in which they happen. Writes that wait together share a
// transaction, and so its one fsync; each has its own outcome.

type Trx = Transaction<Tables>;

const left = (write: Write): Stored => ({
  workspace: write.workspace,
  resource: write.resource.name,
  id: write.id,
  version: (write.before?.version ?? 0) + 1,
  body: write.body,
  createdAt: write.before?.createdAt ?? write.at,
  createdBy: write.before?.createdBy ?? write.by.id,
  updatedAt: write.at,
  updatedBy: write.by.id,
});

/** The guard (V2): one conditional statement. It holds its row only if the record is still what the write was based on. */
async function guard(trx: Trx, write: Write, after: Stored): Promise<boolean> {
  const { before } = write;
  const body = after.body === null ? null : JSON.stringify(after.body);
  if (before === null) {
    const row = {
      workspace: after.workspace,
      resource: after.resource,
      id: after.id,
      version: after.version,
      body,
      created_at: after.createdAt,
      created_by: after.createdBy,
      updated_at: after.updatedAt,
      updated_by: after.updatedBy,
    };
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('records')
      .values(row)
      .onConflict((conflict) => conflict.columns(['workspace', 'resource', 'id']).doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await trx
    .updateTable('records')
    .set({ version: after.version, body, updated_at: after.updatedAt, updated_by: after.updatedBy })
    .where('workspace', '=', after.workspace)
    .where('resource', '=', after.resource)
    .where('id', '=', after.id)
    .where('version', '=', before.version)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

const keyName = ({ field, key }: Key): string => `${field}\u0000${key}`;

/** Which keys the write takes away and which it adds; most writes touch few. */
function keysMoved({ resource, before, body, at }: Write): { gone: Key[]; come: Key[] } {
  const old = before?.body ? keysOf(resource, before.body, before.updatedAt) : [];
  const now = body ? keysOf(resource, body, at) : [];
  const had = new Set(old.map(keyName));
  const has = new Set(now.map(keyName));
  return { gone: old.filter((key) => !has.has(keyName(key))), come: now.filter((key) => !had.has(keyName(key))) };
}

async function index(trx: Trx, write: Write): Promise<void> {
  const place = { workspace: write.workspace, resource: write.resource.name, id: write.id };
  const { gone, come } = keysMoved(write);
  for (const { field, key } of gone) {
    await trx
      .deleteFrom('keys')
      .where('workspace', '=', place.workspace)
      .where('resource', '=', place.resource)
      .where('field', '=', field)
      .where('key', '=', key)
      .where('id', '=', place.id)
      .execute();
  }
  if (come.length > 0) {
    const rows = come.map((key) => ({ ...place, ...key }));
    await trx.insertInto('keys').values(rows).execute();
  }
  const words = write.body ? wordsOf(write.resource, write.body) : null;
  if (words === (write.before?.body ? wordsOf(write.resource, write.before.body) : null)) return;
  const num = sql`(select num from records
    where workspace = ${place.workspace} and resource = ${place.resource} and id = ${place.id})`;
  if (words === null) await sql`delete from search where rowid = ${num}`.execute(trx);
  else await sql`insert or replace into search (rowid, words) values (${num}, ${words})`.execute(trx);
}

/** Last before the commit: the counter gives out the places, so the log's order is that of the commits (L1). */
async function log(trx: Trx, accepted: ReadonlyMap<Write, Stored>): Promise<Map<Write, Entry>> {
  const entries = new Map<Write, Entry>();
  for (const workspace of new Set([...accepted.keys()].map((write) => write.workspace))) {
    const writes = [...accepted].filter(([write]) => write.workspace === workspace);
    const { seq } = await trx
      .updateTable('workspaces')
      .set((column) => ({ seq: column('seq', '+', writes.length) }))
      .where('id', '=', workspace)
      .returning('seq')
      .executeTakeFirstOrThrow();
    for (const [place, [write, after]] of writes.entries()) {
      entries.set(write, {
        workspace,
        seq: seq - writes.length + place + 1,
        resource: after.resource,
        id: after.id,
        version: after.version,
        action: write.action,
        fields: write.fields,
        by: write.by,
        at: write.at,
        key: write.key ?? null,
        left: after,
      });
    }
  }
  if (entries.size > 0)
    await trx
      .insertInto('changes')
      .values([...entries.values()].map(fromEntry))
      .execute();
  return entries;
}

async function commit(db: Kysely<Tables>, batch: readonly Write[]): Promise<Outcome[]> {
  return db.transaction().execute(async (trx) => {
    const accepted = new Map<Write, Stored>();
    for (const write of batch) {
      const after = left(write);
      if (!(await guard(trx, write, after))) continue;
      accepted.set(write, after);
      await index(trx, write);
    }
    const entries = await log(trx, accepted);
    return batch.map((write): Outcome => {
      const entry = entries.get(write);
      return entry ? { kind: 'saved', entry } : { kind: 'moved' };
    });
  });
}

interface Waiting {
  write: Write;
  resolve(outcome: Outcome): void;
  reject(reason: unknown): void;
}

// A batch is bounded so that an import never holds the connection, or a reader's patience, for long.
const mostTogether = 64;

export class Writer {
  readonly #db: Kysely<Tables>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  write(write: Write): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when all that was asked for is committed or refused. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop: what has arrived meanwhile joins, and others get their turn.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#waiting.splice(0, mostTogether);
      await this.#settle(batch);
    }
    this.#running = null;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await commit(
        this.#db,
        batch.map(({ write }) => write),
      );
      for (const [place, { resolve }] of batch.entries()) resolve(outcomes[place] as Outcome);
    } catch (error) {
      // Nothing of the batch was kept. One write's failure must not be its neighbours': each tries alone.
      const [only, ...others] = batch;
      if (only && others.length === 0) only.reject(error);
      else for (const waiting of batch) await this.#settle([waiting]);
    }
  }
}
