import { describe, expect, test } from 'vitest';
import type { How } from '../change.js';
import { type Body, changedFields, emptyBody, type Resource } from '../resource.js';
import { books } from '../resources/index.js';
import { type LedgerEntry, type LedgerRow, RecordLedger } from './record-ledger.js';

// A sound history gives no flaw and accounts for every value; each thing that is wrong with one is found where it is.

const book = (fields: Body): Body => ({ ...emptyBody(books), ...fields });

interface Saved {
  by?: string;
  how?: How;
}

/** A history as Stet writes it, and the record that it comes to. */
function history() {
  const entries: LedgerEntry[] = [];
  const add = (action: LedgerEntry['action'], body: Body | null, { by = 'ana', how }: Saved) => {
    const before = entries.at(-1)?.body ?? emptyBody(books);
    const version = entries.length + 1;
    const fields = body ? changedFields(books, before, body) : [];
    entries.push({ version, seq: version * 10, action, fields, by, at: `at ${version}`, body, how: how ?? null });
    return made;
  };
  const made = {
    entries,
    create: (fields: Body, saved: Saved = {}) => add('create', book(fields), saved),
    update: (fields: Body, saved: Saved = {}) => add('update', { ...entries.at(-1)?.body, ...fields }, saved),
    destroy: (saved: Saved = {}) => add('destroy', null, saved),
  };
  return made;
}

function rowOf(entries: readonly LedgerEntry[]): LedgerRow {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) throw new Error('It has no history.');
  const { version, body, at: updatedAt, by: updatedBy } = last;
  return { version, body, createdAt: first.at, createdBy: first.by, updatedAt, updatedBy };
}

function judged(entries: readonly LedgerEntry[], row: LedgerRow | null, resource: Resource | undefined = books) {
  const ledger = new RecordLedger(resource);
  for (const entry of entries) ledger.take(entry);
  return ledger.end(row);
}

describe('a sound history', () => {
  test('has no flaw, and each value that was accepted is current or knowingly replaced', () => {
    const { entries } = history()
      .create({ title: 'Dune' })
      .update({ pages: 412, notes: 'Sand.' }, { by: 'ben' })
      .update({ pages: 604 }, { by: 'chloe' });
    expect(judged(entries, rowOf(entries))).toEqual({
      flaws: [],
      values: { current: 3, replaced: 1, recoverable: 0, vanished: 0 },
      missing: 0,
    });
  });

  test('goes on through its tombstone, where only a restore brings it back', () => {
    const { entries } = history()
      .create({ title: 'Dune', pages: 412 })
      .destroy()
      .create({ title: 'Dune', pages: 412 }, { how: { restored: { version: 1 } } });
    expect(judged(entries, rowOf(entries))).toEqual({
      flaws: [],
      values: { current: 2, replaced: 2, recoverable: 0, vanished: 0 },
      missing: 0,
    });
    expect(judged(entries.slice(0, 2), rowOf(entries.slice(0, 2))).flaws).toEqual([]);
  });

  test('tells what was combined from what was replaced by who had not seen it and said so', () => {
    const base = () =>
      history().create({ title: 'Dune', notes: 'A' }).update({ notes: 'A B', pages: 1 }, { by: 'ben' });
    const combined = { base: 1, with: [{ id: 'ben', name: 'Ben' }], fields: { notes: 'merged' as const } };
    const woven = base().update({ notes: 'A B C' }, { how: { combined } }).entries;
    expect(judged(woven, rowOf(woven)).values).toMatchObject({ current: 3, replaced: 1, recoverable: 1 });
    const over = { seen: 2, whose: [{ id: 'ben', name: 'Ben', fields: ['pages'] }] };
    const kept = base().update({ pages: 2 }, { how: { combined, over } }).entries;
    expect(judged(kept, rowOf(kept)).values).toMatchObject({ current: 3, replaced: 2, recoverable: 0 });
  });

  test('may be of a time when the resource had other fields, or of a resource that is not known here', () => {
    const [create, update] = history().create({ title: 'Dune' }).update({ pages: 412 }).entries;
    if (!create || !update) throw new Error('It has no history.');
    const { notes: _, ...older } = create.body ?? {};
    const old = [
      { ...create, body: { ...older, colour: 'red' } },
      { ...update, body: { ...older, pages: 412, notes: null } },
    ];
    expect(judged(old, rowOf(old)).flaws).toEqual([]);
    expect(judged([create, update], rowOf([create, update]), undefined).flaws).toEqual([]);
  });
});

describe('of a history in which something is wrong it finds', () => {
  const flawsOf = (change: (entries: LedgerEntry[]) => void, row?: (row: LedgerRow) => LedgerRow | null) => {
    const { entries } = history()
      .create({ title: 'Dune' })
      .update({ pages: 412 }, { by: 'ben' })
      .update({ pages: 604 })
      .update({ notes: 'Sand.' });
    const stands = rowOf(entries);
    const wrong = structuredClone(entries);
    change(wrong);
    return judged(wrong, row ? row(stands) : stands).flaws;
  };
  const at = (entries: LedgerEntry[], version: number): LedgerEntry => {
    const entry = entries.find((each) => each.version === version);
    if (!entry) throw new Error(`There is no version ${version}.`);
    return entry;
  };

  test('versions that are not there, at the beginning and in between', () => {
    expect(flawsOf((all) => all.splice(1, 2))).toEqual([{ kind: 'version-missing', version: 4, from: 2, to: 3 }]);
    expect(flawsOf((all) => all.splice(0, 1))).toEqual([{ kind: 'version-missing', version: 2, from: 1, to: 1 }]);
  });

  test('the newest version gone, under a record that has it', () => {
    expect(flawsOf((all) => all.pop())).toEqual([{ kind: 'record-astray', version: 4, last: 3 }]);
  });

  test('versions that stand in the log in another order', () => {
    expect(flawsOf((all) => Object.assign(at(all, 3), { seq: 5 }))).toEqual([
      { kind: 'version-out-of-order', version: 3, seq: 5, after: 20 },
    ]);
  });

  test('content that is gone, once, and counts it', () => {
    const { entries } = history().create({ title: 'Dune' }).update({ pages: 412 }).update({ pages: 604 });
    const row = rowOf(entries);
    Object.assign(at(entries, 2), { body: null });
    expect(judged(entries, row)).toMatchObject({
      flaws: [{ kind: 'content-missing', version: 2 }],
      values: { vanished: 1 },
    });
  });

  test('content that can’t be read, once, and goes on behind it', () => {
    const { entries } = history().create({ title: 'Dune' }).update({ pages: 412 }).update({ pages: 604 });
    const ledger = new RecordLedger(books);
    ledger.take(at(entries, 1));
    ledger.unreadable(at(entries, 2), 'content');
    ledger.take(at(entries, 3));
    expect(ledger.end(rowOf(entries)).flaws).toEqual([{ kind: 'content-unreadable', version: 2, part: 'content' }]);
  });

  test('a lost update: a value of the version before is gone, and nobody says so', () => {
    expect(flawsOf((all) => Object.assign(at(all, 3), { fields: ['title'] }))).toEqual([
      { kind: 'change-unsaid', version: 3, fields: ['pages'] },
      { kind: 'change-untrue', version: 3, fields: ['title'] },
    ]);
    expect(
      flawsOf(
        (all) => {
          for (const version of [3, 4]) Object.assign(at(all, version).body ?? {}, { title: 'Emma' });
        },
        (row) => ({ ...row, body: { ...row.body, title: 'Emma' } }),
      ),
    ).toEqual([{ kind: 'change-unsaid', version: 3, fields: ['title'] }]);
  });

  test('a version that changes nothing', () => {
    const same = (all: LedgerEntry[]) =>
      Object.assign(at(all, 4), { fields: [], body: structuredClone(at(all, 3).body) });
    expect(flawsOf(same, (row) => ({ ...row, body: { ...row.body, notes: null } }))).toEqual([
      { kind: 'change-empty', version: 4 },
    ]);
  });

  test('what can’t be done to what stood there', () => {
    expect(flawsOf((all) => Object.assign(at(all, 3), { action: 'create', fields: ['pages'] }))[0]).toEqual({
      kind: 'action-impossible',
      version: 3,
      action: 'create',
      upon: 'a live record',
    });
    const first = flawsOf((all) => Object.assign(at(all, 1), { action: 'update' }));
    expect(first).toEqual([{ kind: 'action-impossible', version: 1, action: 'update', upon: 'nothing' }]);
  });

  test('a record that came back by something else than a restore', () => {
    const { entries } = history().create({ title: 'Dune' }).destroy().create({ title: 'Dune' });
    expect(judged(entries, rowOf(entries)).flaws).toEqual([{ kind: 'came-back', version: 3 }]);
  });

  test('a tombstone with content, and a base that has none or is none', () => {
    const { entries } = history()
      .create({ title: 'Dune' })
      .destroy()
      .create({ title: 'Dune' }, { how: { restored: { version: 2 } } })
      .update({ pages: 1 }, { how: { restored: { version: 4 } } });
    expect(judged(entries, rowOf(entries)).flaws).toEqual([
      { kind: 'base-impossible', version: 3, base: 2 },
      { kind: 'base-impossible', version: 4, base: 4 },
    ]);
    const tombstone = history().create({ title: 'Dune' }).destroy().entries;
    Object.assign(at(tombstone, 2), { body: book({ title: 'Dune' }) });
    expect(judged(tombstone, rowOf(tombstone)).flaws).toEqual([{ kind: 'tombstone-with-content', version: 2 }]);
  });

  test('a version that does not say any more that it was combined, where whom it replaced tells', () => {
    const { entries } = history().create({ title: 'Dune' }).update({ pages: 1 }, { by: 'ben' }).update({ notes: 'A' });
    const over = { seen: 2, whose: [{ id: 'ben', name: 'Ben', fields: ['pages'] }] };
    const last = { ...at(entries, 3), version: 4, seq: 40, fields: ['pages'], how: { over } };
    const all = [...entries, { ...last, body: { ...last.body, pages: 2 } }];
    expect(judged(all, rowOf(all)).flaws).toEqual([{ kind: 'combined-unsaid', version: 4, seen: 2 }]);
  });

  test('a record that is gone, or is not what its history comes to', () => {
    expect(
      flawsOf(
        () => {},
        () => null,
      ),
    ).toEqual([{ kind: 'record-missing', version: 4 }]);
    const other = { updatedBy: 'ben', createdAt: 'never' };
    expect(
      flawsOf(
        () => {},
        (row) => ({ ...row, ...other, body: { ...row.body, pages: 1 } }),
      ),
    ).toEqual([{ kind: 'record-differs', version: 4, parts: ['pages', 'updatedBy', 'createdAt'], destroyed: false }]);
    expect(
      flawsOf(
        () => {},
        (row) => ({ ...row, body: null }),
      ),
    ).toEqual([{ kind: 'record-differs', version: 4, parts: ['all of its content'], destroyed: false }]);
  });
});
