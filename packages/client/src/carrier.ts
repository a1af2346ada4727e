import {
  isOlder,
  type Problem,
  problemName,
  quoted,
  type Stale,
  type StetRecord,
  type Tombstone,
  unquoted,
} from '@stet/protocol';
import { type Answer, detailOf } from './api.js';
import { isTombstone } from './news.js';
import type { Own } from './own.js';
import type { Persistent, Trying } from './persistent.js';
import type { Carry, StetModel } from './record.js';

// What is asked of the server about one record, and what the record meets by the answer.

export type Destroyed = { kind: 'destroyed' } | { kind: 'stale'; stale: Stale } | { kind: 'failed'; detail: string };

/** Whoever reads anew by itself has its own time for it. */
const once: Trying = { until: AbortSignal.abort() };

export interface Carrier {
  /** Reads the record anew; once, unless it says how often. */
  load(model: StetModel, trying?: Trying): Promise<Answer>;
  /** Destroys the very version that the person has seen. */
  destroy(model: StetModel, trying?: Trying): Promise<Destroyed>;
  /** What Backbone's own `fetch`, `save` and `destroy` ask for. */
  carry: Carry;
}

/** A refusal is news too: the record meets what the server holds. `based`: the If-Match of what was refused. */
export function meetRefusal(model: StetModel, own: Own, problem: Problem | Stale, based = ''): void {
  if (problemName(problem) === 'stale-version') {
    const { current, changes } = problem as unknown as Stale;
    // Who was asked with a version of this log, and knows only older ones, has had a backup put back.
    if (isOlder(current.etag as string, unquoted(based))) model.doubt();
    const last = changes.at(-1) ?? null;
    const author = isTombstone(current as StetRecord | Tombstone) ? (current as Tombstone).by : last?.by;
    const whose = author ? own.whose(author) : 'other';
    model.meet({ kind: 'stale', current: current as StetRecord | Tombstone, last, whose });
  }
  if (problemName(problem) === 'gone') {
    const tombstone = tombstoneOf(problem);
    model.meet({ kind: 'destroyed', tombstone, whose: own.whose(tombstone.by) });
  }
  if (problemName(problem) === 'not-found') model.meet({ kind: 'missing' });
}

function tombstoneOf(problem: Record<string, unknown>): Tombstone {
  const who = String(problem.destroyedBy);
  return {
    id: String(problem.id),
    version: Number(problem.version),
    etag: String(problem.etag),
    deleted: true,
    by: { id: who, name: who },
    at: String(problem.destroyedAt),
  };
}

export function createCarrier(persistent: Persistent, own: Own, pathOf: (model: StetModel) => string): Carrier {
  async function load(model: StetModel, trying: Trying = once): Promise<Answer> {
    const answer = await persistent.ask({ method: 'GET', path: pathOf(model) }, trying);
    if (answer.kind === 'ok') model.meet({ kind: 'read', record: answer.body as StetRecord });
    else if (answer.kind === 'refused') meetRefusal(model, own, answer.problem);
    return answer;
  }

  async function write(
    method: 'PATCH' | 'DELETE',
    model: StetModel,
    body?: unknown,
    trying: Trying = {},
  ): Promise<Answer> {
    const { server } = model;
    const based = server.kind === 'unknown' ? {} : { 'if-match': quoted(server.etag) };
    const headers = { ...own.headers(), 'idempotency-key': own.newKey(), ...based };
    const answer = await persistent.ask({ method, path: pathOf(model), headers, body }, trying);
    if (answer.kind === 'refused') meetRefusal(model, own, answer.problem, based['if-match']);
    if (answer.kind !== 'ok') return answer;
    if (method === 'PATCH') model.meet({ kind: 'saved', record: answer.body as StetRecord });
    else {
      const gone = answer.body as Pick<Tombstone, 'id' | 'version' | 'etag'>;
      const tombstone: Tombstone = { ...gone, deleted: true, by: own.user, at: new Date().toISOString() };
      model.meet({ kind: 'destroyed', tombstone, whose: 'own' });
    }
    return answer;
  }

  return {
    load,
    async destroy(model, trying) {
      if (model.server.kind === 'destroyed') return { kind: 'destroyed' };
      const answer = await write('DELETE', model, undefined, trying);
      if (answer.kind === 'ok') return { kind: 'destroyed' };
      if (answer.kind === 'refused' && problemName(answer.problem) === 'stale-version') {
        return { kind: 'stale', stale: answer.problem as unknown as Stale };
      }
      return { kind: 'failed', detail: detailOf(answer) };
    },
    carry(method, model) {
      if (method === 'read') return load(model);
      return method === 'delete' ? write('DELETE', model) : write('PATCH', model, model.unsaved());
    },
  };
}
