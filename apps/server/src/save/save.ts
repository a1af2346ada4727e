import { randomUUID } from 'node:crypto';
import type { Entry, Kept, Store, Stored, Write } from '@stet/store';
import { decide } from './decide.js';
import type { Next, SaveOutcome, Unwritten } from './outcome.js';
import { contentOf, firstAnswer, firstWith } from './repeated.js';
import type { Asked, Save } from './request.js';
import { mostChanges } from './stale.js';

// The road of every write, whoever sends it: page, API, socket, import, command line. There is no other (V3).
// read → decide → guarded write → outcome

/** Answers once the write is durable, or says why it was not made. */
export async function save(store: Store, request: Save): Promise<SaveOutcome> {
  const asked = askedBy(request);
  for (;;) {
    const before = await store.records.get(asked.workspace, asked.resource.name, asked.id);
    const next = await decide(store, asked, before);
    if (next.kind !== 'write') return unwritten(store, asked, next);
    const outcome = await store.write(writeOf(asked, before, next));
    if (outcome.kind === 'saved') return saved(store, outcome.entry, false);
    if (outcome.kind === 'repeated') return repeated(store, asked, outcome.kept);
    // Somebody was faster between reading and writing: read again. Only a save that is to be combined can come here
    // twice, and each time because another save was accepted.
  }
}

const askedBy = ({ id, key, ...request }: Save): Asked => ({
  ...request,
  id: id ?? randomUUID(),
  key: key === undefined ? null : { key, content: contentOf({ ...request, id }) },
});

const writeOf = ({ workspace, resource, id, by, key }: Asked, before: Stored | null, next: Next): Write => ({
  workspace,
  resource,
  id,
  before,
  action: next.action,
  body: next.body,
  fields: next.fields,
  by,
  at: new Date().toISOString(),
  ...(key ? { key } : {}),
  ...(next.how ? { how: next.how } : {}),
});

async function saved(store: Store, entry: Entry, isRepeated: boolean): Promise<SaveOutcome> {
  const base = entry.how?.combined?.base;
  const between = base === undefined ? [] : await after(store, entry, base);
  return { kind: 'saved', entry, between, repeated: isRepeated };
}

/** What was accepted after `base` and before this entry, oldest first; the newest of it where it is much. */
async function after(store: Store, { workspace, resource, id, version }: Entry, base: number): Promise<Entry[]> {
  const most = Math.min(mostChanges, version - 1 - base);
  return (await store.log.history(workspace, resource, id, version, most)).reverse();
}

/** What is no write is asked for its key only now: the normal road pays nothing for those who come again. */
async function unwritten(store: Store, asked: Asked, next: Unwritten): Promise<SaveOutcome> {
  const first = await firstWith(store, asked);
  if (first) return repeated(store, asked, first);
  if (next.kind !== 'unchanged') return next;
  const { resource, id, version } = next.record;
  const { workspace, by, key } = asked;
  if (key) {
    const mine: Kept = { content: key.content, kind: 'unchanged', resource, id, version };
    const kept = await store.keys.keep(workspace, by.id, key.key, mine, new Date().toISOString());
    if (!isSame(kept, mine)) return repeated(store, asked, kept);
  }
  return { ...next, repeated: false };
}

const isSame = (a: Kept, b: Kept): boolean =>
  a.content === b.content && a.kind === b.kind && a.resource === b.resource && a.id === b.id && a.version === b.version;

async function repeated(store: Store, asked: Asked, kept: Kept): Promise<SaveOutcome> {
  const first = await firstAnswer(store, asked, kept);
  switch (first.kind) {
    case 'saved':
      return saved(store, first.entry, true);
    case 'unchanged':
      return { ...first, repeated: true };
    case 'reused':
      return first;
  }
}
