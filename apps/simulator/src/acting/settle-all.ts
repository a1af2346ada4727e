import { withSkew } from '../network/skew.js';
import { pauseUntil } from '../world/pause.js';
import { bounded, forEach } from './bounded.js';
import { answer, comeBack } from './do-action.js';
import { createHearing } from './hearing.js';
import type { Acting, Running } from './running.js';
import { mendServer } from './server-event.js';

// The end of a run: the network does as it should, everybody is there, nothing stays unsaved that can be saved, all have
// heard everything. Then it is written down what stands where.

const atOnce = 50;
/** Milliseconds of the run's clock. What takes longer is missing, and the checker says so. */
const liveWithin = 20_000;
const heardWithin = 15_000;
/** How often a draft is saved, or answered for. */
const mostRounds = 4;

export async function settleAll(running: Running): Promise<void> {
  const { actors, adapter, recorder, plan, onProgress } = running;
  const all = [...actors.values()];
  running.faultsOff?.();
  await mendServer(running);
  for (const acting of all) withSkew(acting.planned.skew, () => comeBack(acting));
  await pauseUntil(() => members(running).every(({ editor }) => editor.isLive()), liveWithin);
  let done = 0;
  await forEach(all, atOnce, async (acting) => {
    const work = () => withSkew(acting.planned.skew, () => settleOf(acting));
    await bounded(recorder, 'settle', acting.planned.name, work, undefined);
    done += 1;
    onProgress?.({ phase: 'settling', done, of: all.length });
  });
  const records = plan.records.map(({ record }) => record);
  await pauseUntil(() => knowTheSame(members(running), records), heardWithin);
  onProgress?.({ phase: 'reading', done: 0, of: 1 });
  await adapter.truth(records);
  const hearing = createHearing(recorder.events);
  await pauseUntil(() => members(running).every(({ editor }) => hearing.isUpToDate(editor.name)), heardWithin);
  noteHoldings(running);
  onProgress?.({ phase: 'reading', done: 1, of: 1 });
  recorder.note({ kind: 'settled' });
}

/** Those who may still read: nobody else is expected to hear anything. */
const members = ({ actors, roles }: Running): Acting[] =>
  [...actors.values()].filter(({ planned }) => roles.get(planned.user) !== null);

/** Whatever is typed and not saved is saved, or answered for as this editor is inclined to. */
async function settleOf(acting: Acting): Promise<void> {
  const { editor } = acting;
  for (let rounds = 0; rounds < mostRounds; rounds += 1) {
    const unsaved = editor.holdings().filter((holding) => holding.unsaved !== null);
    if (unsaved.length === 0) return;
    for (const { record } of unsaved) {
      await editor.open(record);
      await answer(acting, record);
      await editor.save(record);
      await answer(acting, record);
    }
  }
}

/** Nobody knows an older version than another; who knows none is not asked. */
function knowTheSame(all: readonly Acting[], records: readonly string[]): boolean {
  return records.every((record) => {
    const known = new Set(all.map(({ editor }) => editor.version(record)));
    known.delete(null);
    return known.size <= 1;
  });
}

/** Also that somebody holds none of a record that others hold. */
function noteHoldings({ actors, plan, recorder }: Running): void {
  const all = [...actors.values()].map(({ editor }) => ({ editor, holdings: editor.holdings() }));
  const records = new Set(plan.records.map(({ record }) => record));
  for (const { holdings } of all) for (const { record } of holdings) records.add(record);
  for (const { editor, holdings } of all) {
    const held = new Map(holdings.map((holding) => [holding.record, holding]));
    for (const record of records) {
      const { version, fields, unsaved } = held.get(record) ?? { version: null, fields: null, unsaved: null };
      recorder.note({ kind: 'holds', editor: editor.name, record, version, fields, unsaved });
    }
  }
}
