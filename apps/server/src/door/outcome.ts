import { cursorOf, etagOf, problem, type Resource, type Stale, type StetRecord, type Tombstone } from '@stet/protocol';
import type { Stored } from '@stet/store';
import type { SaveOutcome, Stale as StaleOutcome } from '../save/outcome.js';
import { type Answer, etagHeader, ok, refuse, toRecord } from './answer.js';
import { toVersion } from './changes.js';
import { receiptOf } from './receipt.js';

// From what became of a save to what its asker is told.

export function answerOf(outcome: SaveOutcome, epoch: string, resource: Resource): Answer {
  switch (outcome.kind) {
    case 'saved':
      return marked(outcome, saved(outcome, epoch));
    case 'unchanged': {
      const { record } = outcome;
      return marked(outcome, ok(toRecord(record, epoch), etagHeader(record.version, epoch)));
    }
    case 'reused':
      return refuse(problem('key-reused'));
    case 'stale':
      return refuse(stale(outcome, epoch, resource), etagHeader(outcome.current.version, epoch));
    case 'refused':
      return refuse(problem('invalid', undefined, { errors: outcome.issues }));
    case 'absent':
      return refuse(problem('not-found'));
    case 'gone': {
      const { version, id, updatedBy, updatedAt } = outcome.tombstone;
      const extra = { id, version, etag: etagOf(version, epoch), destroyedBy: updatedBy, destroyedAt: updatedAt };
      return refuse(problem('gone', undefined, extra), etagHeader(version, epoch));
    }
    case 'taken': {
      const { id, version, body } = outcome.record;
      const extra = { id, version, etag: etagOf(version, epoch), destroyed: body === null };
      return refuse(problem('id-in-use', undefined, extra));
    }
  }
}

/** The first answer to a write, given again, says so, and is the same in all else (V7). */
const marked = ({ repeated }: { repeated: boolean }, answer: Answer): Answer =>
  repeated ? { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } } : answer;

function saved({ entry, between }: SaveOutcome & { kind: 'saved' }, epoch: string): Answer {
  const { workspace, resource, id, left, action, version, seq } = entry;
  const headers = { ...etagHeader(version, epoch), 'stet-cursor': cursorOf({ epoch, seq }) };
  if (left.body === null) return ok({ id, version, etag: etagOf(version, epoch) }, headers);
  if (action === 'create' && version === 1) {
    const location = `/api/workspaces/${workspace}/${resource}/${id}`;
    return { status: 201, headers: { ...headers, location }, body: toRecord(left, epoch) };
  }
  const receipt = receiptOf(entry, between, epoch);
  return ok({ ...toRecord(left, epoch), ...(receipt ? { receipt } : {}) }, headers);
}

function stale(outcome: StaleOutcome, epoch: string, resource: Resource): Stale {
  const { base, current, changes, verdicts, conflicts, merged } = outcome;
  const last = changes.at(-1);
  const who = last ? `${last.by.name} saved version ${current.version}` : `It is at version ${current.version}`;
  const from = base ? `your change started from version ${base.version}` : 'your change names no version of this log';
  return {
    ...problem(
      'stale-version',
      `${who}; ${from}. Nothing was written: this answer shows where the two differ, for a person to decide what the ${resource.label.one} is to be.`,
    ),
    status: 412,
    base: base?.body ? toRecord(base, epoch) : null,
    current: current.body === null ? tombstone(current, outcome, epoch) : toRecord(current, epoch),
    changes: changes.map((entry) => toVersion(entry, epoch)),
    verdicts,
    conflicts,
    ...(merged && current.body ? { merged: toRecord({ ...current, body: merged }, epoch) as StetRecord } : {}),
  };
}

const tombstone = (current: Stored, { changes }: StaleOutcome, epoch: string): Tombstone => ({
  id: current.id,
  version: current.version,
  etag: etagOf(current.version, epoch),
  deleted: true,
  by: changes.at(-1)?.by ?? { id: current.updatedBy, name: current.updatedBy },
  at: current.updatedAt,
});
