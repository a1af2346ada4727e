import type { Change } from '@stet/protocol';
import { expect, test } from 'vitest';
import { type CrowdOutcome, type CrowdPlan, meetInCrowd } from '../support/crowd.js';
import type { Mark, Seen } from '../support/delivery-account.js';
import { flawsOf } from '../support/delivery-check.js';
import { acceptedIn, linesOf } from '../support/editors.js';
import { flawsOfEdits } from '../support/editors-check.js';
import type { Http } from '../support/http.js';
import { seed } from '../support/random.js';
import { type InProcess, startInProcess } from '../support/server.js';

// Many write and many read along (tests/faults/nodes.test.ts): whoever checks that nothing was lost would notice if it were.

const workspace = 'catalogue';

async function small(some: Partial<CrowdPlan> = {}, plant?: (server: InProcess) => void): Promise<CrowdOutcome> {
  const server = await startInProcess({ LOG_LEVEL: 'silent' });
  const people: CrowdPlan['people'][number][] = [];
  for (const role of ['editor', 'viewer'] as const) {
    await server.user(role, { [workspace]: role });
    people.push({ user: role, role, token: await server.token(role) });
  }
  plant?.(server);
  try {
    return await meetInCrowd({
      seed,
      nodes: [server, server],
      front: server.url,
      workspace,
      people,
      books: 3,
      writers: 6,
      readers: 3,
      pages: 1,
      goOn: (load) => acceptedIn(load) < 60,
      mend: async () => {},
      ...some,
    });
  } finally {
    await server.stop();
  }
}
const kinds = (flaws: ReadonlyArray<{ kind: string }>) => new Set(flaws.map(({ kind }) => kind));

test('nothing, where nothing was; and each thing that writers or readers could be wronged with', async () => {
  const { log, load, account } = await small();
  expect(flawsOfEdits(log, [load])).toEqual([]);
  expect(flawsOf(account)).toEqual([]);

  const place = log.findIndex(({ obj }) => linesOf(obj ?? {}).length === 5);
  const change = log[place] as Change;
  const inLog = (other: readonly Change[]) => kinds(flawsOfEdits(other, [load]));
  const without = (notes: string) => notes.split('\n').slice(1).join('\n');
  const overwritten = { ...change, obj: { ...change.obj, notes: without(String(change.obj?.notes)) } };
  expect(inLog(log.with(place, overwritten as Change))).toContain('lost');
  expect(inLog(log.map((each) => (each.seq >= change.seq ? { ...each, seq: each.seq + 1 } : each)))).toEqual(
    new Set(['sequence']),
  );
  const next = (each: Change) => each.id === change.id && each.version >= change.version;
  expect(inLog(log.map((each) => (next(each) ? { ...each, version: each.version + 1 } : each)))).toContain('version');
  const last = log.findLastIndex(({ action }) => action === 'update');
  expect(inLog(log.toSpliced(last, 1))).toContain('vanished');
  expect(inLog(log.toSpliced(place + 1, 0, change))).toContain('twice');
  expect(inLog(log.with(place, { ...change, by: { id: 'viewer', name: 'Viewer' } }))).toEqual(new Set(['told']));
  const [edit] = load.edits;
  expect(kinds(flawsOfEdits(log, [{ ...load, edits: load.edits.filter((each) => each !== edit) }]))).toEqual(
    new Set(['stranger']),
  );
  const reads = load.reads.map((read) => ({ ...read, since: read.record.version + 1 }));
  expect(kinds(flawsOfEdits(log, [{ ...load, reads }]))).toEqual(new Set(['read']));
  expect(kinds(flawsOfEdits(log, [{ ...load, reads: [{ ...reads[0], record: overwritten.obj } as never] }]))).toEqual(
    new Set(['read']),
  );

  const [reader, ...others] = account.seen as [Seen, ...Seen[]];
  const inReader = (other: Partial<Seen>) => kinds(flawsOf({ ...account, seen: [{ ...reader, ...other }, ...others] }));
  const at = reader.marks.findIndex((mark) => mark.kind === 'change' && mark.seq === change.seq);
  const [mark, after] = reader.marks.slice(at) as [Mark, Mark];
  expect(inReader({ marks: reader.marks.toSpliced(at, 1) })).toEqual(new Set(['gap']));
  expect(inReader({ marks: reader.marks.toSpliced(at, 1, mark, mark) })).toEqual(new Set(['repeat']));
  expect(inReader({ marks: reader.marks.toSpliced(at, 2, after, mark) })).toEqual(new Set(['gap', 'order']));
  expect(inReader({ marks: reader.marks.slice(0, -1) })).toEqual(new Set(['gap']));
  expect(inReader({ marks: reader.marks.toSpliced(1, 1) })).toEqual(new Set(['gap']));
  expect(inReader({ shown: reader.shown.slice(1) })).toEqual(new Set(['differs']));
});

test('[V7] keys that are not known again', async () => {
  /** As if the first answer to every third save were lost. */
  const deaf = (http: Http): Http => {
    let saves = 0;
    return {
      ...http,
      async ask(what) {
        if (what.method === 'PATCH' && saves++ % 3 === 0) await http.ask(what);
        return http.ask(what);
      },
    };
  };
  const found = async (plant?: (server: InProcess) => void) => {
    const { log, load } = await small({ through: deaf }, plant);
    return kinds(flawsOfEdits(log, [load]));
  };
  expect(await found()).toEqual(new Set());
  const forgetting = ({ engine: { store } }: InProcess) => {
    const { write } = store;
    store.keys.find = async () => null;
    store.write = ({ key: _, ...rest }) => write(rest);
  };
  expect(await found(forgetting)).toContain('twice');
});
