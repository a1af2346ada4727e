import type { EventOf, Fields, HistoryEvent, Version } from '../history/event.js';
import type { Call } from './call.js';

// Every place of a history where a version of a record comes to light.

export interface Shown {
  record: string;
  version: Version;
  /** Null for a tombstone; undefined where nothing was said of the content. */
  fields: Fields | null | undefined;
  /** The call that it answers; null where it was told without being asked. */
  call: Call | null;
  /** The call is a read: what it shows was read after it had begun. */
  isRead: boolean;
}

/** What has to be known of the history before. */
interface Known {
  calls: ReadonlyMap<number, Call>;
  run: EventOf<'run'> | null;
}

export function shownIn(event: HistoryEvent, facts: Known): Shown[] {
  switch (event.kind) {
    case 'result': {
      const call = facts.calls.get(event.call);
      return call?.result === event ? inAnswer(call, event.result) : [];
    }
    case 'hear':
    case 'entry': {
      const { record, version, fields, action } = event.told;
      if (event.kind === 'hear' && event.workspace !== (facts.run?.workspace ?? event.workspace)) return [];
      // Of what is gone, or out of sight, a reader hears no content.
      const isSaid = fields !== null || (event.kind === 'entry' && action === 'destroy');
      return [{ record, version, fields: isSaid ? fields : undefined, call: null, isRead: false }];
    }
    case 'stands': {
      const { record, version, fields } = event;
      return [{ record, version, fields, call: null, isRead: false }];
    }
    case 'holds': {
      const { record, version, fields, unsaved } = event;
      if (version === null) return [];
      return [
        { record, version, fields: unsaved === null ? (fields ?? undefined) : undefined, call: null, isRead: false },
      ];
    }
    default:
      return [];
  }
}

function inAnswer(call: Call, result: NonNullable<Call['result']>['result']): Shown[] {
  const { op } = call;
  switch (result.is) {
    case 'list':
      return result.records.map((each) => ({ ...each, call, isRead: true }));
    case 'ok': {
      if (op.do === 'list') return [];
      const isRead = op.do === 'read';
      const isSaid = isRead || op.do === 'destroy' || result.fields !== null;
      return [{ record: op.record, version: result.version, fields: isSaid ? result.fields : undefined, call, isRead }];
    }
    case 'refused': {
      if (op.do === 'list' || !result.current) return [];
      // What was refused was compared with the record as it stood then.
      return [{ record: op.record, ...result.current, call, isRead: true }];
    }
    case 'unknown':
      return [];
  }
}
