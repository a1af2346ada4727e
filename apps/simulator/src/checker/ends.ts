import type { EventOf } from '../history/event.js';
import { mayWrite } from './access.js';
import { isWithheld } from './audible.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { differing, quote } from './values.js';
import type { Check } from './verdict.js';

// C2: when all is settled, every page that holds a record with nothing unsaved shows what stands.

export function ends(facts: Facts): Check {
  const held: Array<EventOf<'holds'>> = [];
  const offline = new Set<string>();
  return {
    name: 'ends',
    rule: 'C2',
    see(event) {
      if (event.kind === 'holds') held.push(event);
      else if (event.kind === 'went' && event.where === 'offline') offline.add(event.editor);
      else if (event.kind === 'went' && event.where === 'online') offline.delete(event.editor);
    },
    end() {
      const found = new Findings('ends', 'C2');
      if (!facts.settled) return found.end('the run was not settled: pages may still have been about to hear');
      for (const each of held) {
        const stands = facts.stands.get(each.record);
        if (stands && !offline.has(each.editor)) ofHolding(facts, each, stands, found);
      }
      if (held.length === 0) return found.end('no page has said what it holds');
      return found.end(facts.stands.size === 0 ? 'nobody has said what stands' : undefined);
    },
  };
}

function ofHolding(facts: Facts, holds: EventOf<'holds'>, stands: EventOf<'stands'>, found: Findings): void {
  const { editor, record, version, fields, unsaved } = holds;
  if (unsaved !== null || (version === null && fields === null)) return;
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

function flawOf(fields: EventOf<'holds'>['fields'], due: EventOf<'stands'>['fields']): string | null {
  if (due === null) return fields === null ? null : 'as if it were there';
  if (fields === null) return 'as if it were gone';
  const [field] = differing(due, fields);
  return field === undefined ? null : `with ${quote(fields[field])} as ${field}; ${quote(due[field])} stands`;
}
