import { withSkew } from '../network/skew.js';
import { randomOf } from '../random.js';
import { makerIn } from '../scenario/plan.js';
import { bounded, forEach } from './bounded.js';
import type { Acting, Running, RunOptions } from './running.js';

// The beginning: the first who may write makes the records, and then all open their pages.

/** So many pages are opened at a time. */
const atOnce = 50;

export async function join(options: RunOptions): Promise<Running> {
  const { plan, adapter, recorder, onProgress } = options;
  const random = randomOf(plan.seed);
  const roles = new Map(plan.users.map(({ user, role }) => [user, role]));
  const joined = new Map<string, Acting>();

  async function enter(planned: (typeof plan.editors)[number]): Promise<void> {
    const { name, user, skew } = planned;
    recorder.note({ kind: 'editor', editor: name, user });
    const editor = await withSkew(skew, () => adapter.join({ name, user, skew }));
    const acting = {
      planned,
      editor,
      random: random.fork(`choose ${name}`),
      isOffline: false,
      saving: Promise.resolve(),
    };
    joined.set(name, acting);
    onProgress?.({ phase: 'joining', done: joined.size, of: plan.editors.length });
  }

  const first = makerIn(plan);
  if (!first) throw new Error('Nobody in this scenario may write: give at least one of them the role editor.');
  await enter(first);
  const maker = joined.get(first.name) as Acting;
  for (const [place, { record, fields }] of plan.records.entries()) {
    const make = () => withSkew(first.skew, () => maker.editor.create(record, fields));
    const state = await bounded(recorder, `create ${record}`, first.name, make, 'failed');
    if (state !== 'saved') throw new Error(`${record} could not be made: ${state}.`);
    onProgress?.({ phase: 'creating', done: place + 1, of: plan.records.length });
  }
  await forEach(
    plan.editors.filter((each) => each !== first),
    atOnce,
    enter,
  );
  // As the plan names them, whoever was faster.
  const actors = new Map(plan.editors.map(({ name }) => [name, joined.get(name) as Acting]));
  return { ...options, actors, roles, broken: new Set() };
}
