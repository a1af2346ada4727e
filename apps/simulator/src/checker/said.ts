import type { EventOf } from '../history/event.js';
import type { Write } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import type { Check } from './verdict.js';

// C6: where a page says “saved as version n”, there is such a version, and a save of that person is in it: one that was
// acknowledged, or is in the log though its answer was lost. By then the page may know a newer version than its own.

interface Saying {
  event: EventOf<'saved'>;
  place: number;
}

export function said(facts: Facts): Check {
  const saved: Saying[] = [];
  return {
    name: 'said',
    rule: 'C6',
    see(event) {
      if (event.kind === 'saved' && event.state === 'saved' && event.version !== null) {
        saved.push({ event, place: facts.place });
      }
    },
    end() {
      const found = new Findings('said', 'C6');
      if (!facts.isWhole) return found.end('the log is not known');
      const writes = byRecord(facts);
      for (const saying of saved) {
        const { event } = saying;
        const { editor, record, version } = event;
        found.expect(
          facts.at(record, version) !== undefined,
          () =>
            `The page of ${editor} said that ${record} is saved as version ${version}, and there is no such version`,
          record,
          () => [event, facts.history(record).at(-1)],
        );
        const theirs = writes.get(`${facts.userOf(editor)}\n${record}`) ?? [];
        const last = theirs.findLast((write) => write.editor === editor && write.begun < saying.place);
        found.expect(
          isBacked(facts, theirs, last, saying),
          () =>
            `The page of ${editor} said that ${record} is saved as version ${version}, and ${last ? 'no save of theirs was accepted' : 'they had saved nothing'}`,
          record,
          () => [last?.invoke, last?.result, event],
        );
      }
      return found.end();
    },
  };
}

/** By user and record, in the order in which they were begun. */
function byRecord(facts: Facts): Map<string, Write[]> {
  const writes = new Map<string, Write[]>();
  for (const write of facts.writes) {
    const name = `${write.user}\n${write.op.record}`;
    const theirs = writes.get(name) ?? [];
    writes.set(name, theirs);
    theirs.push(write);
  }
  return writes;
}

/** Where this page's last save was refused, one that was over before it proves nothing. */
function isBacked(facts: Facts, theirs: readonly Write[], last: Write | undefined, { event, place }: Saying): boolean {
  const isRefused = last !== undefined && last.ended < place && last.result?.result.is === 'refused';
  const from = isRefused ? last.begun : 0;
  const most = event.version ?? 0;
  const isIn = (n: number | null | undefined) => typeof n === 'number' && n <= most;
  for (let at = theirs.length - 1; at >= 0; at -= 1) {
    const write = theirs[at] as Write;
    if (write.begun >= place) continue;
    const result = write.ended < place ? write.result?.result : undefined;
    if (result?.is === 'ok' && write.ended >= from && isIn(result.version.n)) return true;
    // Of what got no answer, the log says whether it was made; so it does of a save that was sent again and refused.
    if (result?.is === 'ok') continue;
    const entries = facts.groupOf(write.user, write.key)?.entries ?? [];
    if (entries.some(({ told }) => told.record === event.record && isIn(told.version.n))) return true;
  }
  return false;
}
