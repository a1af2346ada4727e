import type { EventOf } from '../history/event.js';
import { mayWrite } from './access.js';
import { isWithheld } from './audible.js';
import { type Call, doneOf } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { differing, quote } from './values.js';
import type { Check } from './verdict.js';

// C2: when all is settled, every page that holds a record with nothing unsaved shows what stands; and a page whose list is
// whole holds every record that its reader may see.

export function ends(facts: Facts): Check {
  const held: Array<EventOf<'holds'>> = [];
  const offline = new Set<string>();
  /** Of each page, its newest list, and where it was loaded. */
  const lists = new Map<string, Call>();
  const loaded = new Map<string, number>();
  return {
    name: 'ends',
    rule: 'C2',
    see(event) {
      if (event.kind === 'holds') held.push(event);
      else if (event.kind === 'invoke' && event.op.do === 'list') {
        const call = facts.calls.get(event.call);
        if (call) lists.set(event.editor, call);
      } else if (event.kind === 'went' && event.where === 'reload') loaded.set(event.editor, facts.place);
      else if (event.kind === 'went' && event.where === 'offline') offline.add(event.editor);
      else if (event.kind === 'went' && event.where === 'online') offline.delete(event.editor);
    },
    end() {
      const found = new Findings('ends', 'C2');
      if (!facts.settled) return found.end('the run was not settled: pages may still have been about to hear');
      for (const each of held) {
        const stands = facts.stands.get(each.record);
        if (!stands || offline.has(each.editor)) continue;
        const list = lists.get(each.editor);
        const isListed = list !== undefined && list.begun > (loaded.get(each.editor) ?? -1) && isWholeList(list);
        if (each.version !== null || each.fields !== null) ofHolding(facts, each, stands, found);
        else if (isListed && facts.isWhole) ofNothing(facts, each, stands, found);
      }
      if (held.length === 0) return found.end('no page has said what it holds');
      if (facts.stands.size === 0) return found.end('nobody has said what stands');
      const untold = facts.writes.find((write) => doneOf(write) && !facts.stands.has(write.op.record))?.op.record;
      return found.end(untold === undefined ? undefined : `nobody has said how ${untold} stands`);
    },
  };
}

function ofHolding(facts: Facts, holds: EventOf<'holds'>, stands: EventOf<'stands'>, found: Findings): void {
  const { editor, record, fields, unsaved } = holds;
  if (unsaved !== null) return;
  const role = facts.access.atTheEnd(facts.userOf(editor));
  // What the page of somebody shows who may not read it any more is their own affair.
  if (role === null) return;
  const isHidden = role !== undefined && !mayWrite(role) && isWithheld(stands.fields);
  const due = isHidden ? null : stands.fields;
  const flaw = flawOf(fields, due);
  found.expect(
    flaw === null,
    () => `All has come to rest, and ${editor} sees ${record} ${flaw}`,
    record,
    () => [facts.history(record).at(-1), stands, holds],
  );
}

/** The answer to the newest asking tells of all, with the place in the log from which the page has heard on. */
const isWholeList = ({ result }: Call): boolean => result?.result.is === 'list' && result.result.seq !== null;

/** Whose access has changed may have been told of the record while it was out of their sight. */
function ofNothing(facts: Facts, holds: EventOf<'holds'>, stands: EventOf<'stands'>, found: Findings): void {
  const { editor, record, unsaved } = holds;
  const user = facts.userOf(editor);
  const role = facts.access.atTheEnd(user);
  if (unsaved !== null || !role || !facts.access.isSteady(user) || stands.fields === null) return;
  if (!mayWrite(role) && isWithheld(stands.fields)) return;
  found.add(`All has come to rest, and ${editor} sees ${record} nowhere, though it stands`, record, [
    facts.history(record).at(-1),
    stands,
    holds,
  ]);
}

function flawOf(fields: EventOf<'holds'>['fields'], due: EventOf<'stands'>['fields']): string | null {
  if (due === null) return fields === null ? null : 'as if it were there';
  if (fields === null) return 'as if it were gone';
  const [field] = differing(due, fields);
  return field === undefined ? null : `with ${quote(fields[field])} as ${field}; ${quote(due[field])} stands`;
}
