import type { HistoryEvent } from '../history/event.js';
import { checks } from './checks.js';
import { Facts } from './facts.js';
import type { Broken, Verdict } from './verdict.js';

// From a history to its verdict: every check sees every event once, in order, and then says what it has found.

/** So many of each check are told; the others are counted. */
const mostOfACheck = 10;

export function check(events: Iterable<HistoryEvent>): Verdict {
  const facts = new Facts();
  const all = checks.map((create) => create(facts));
  for (const event of events) {
    facts.see(event);
    for (const each of all) each.see(event);
  }
  const passed: Record<string, number> = {};
  const unknown: string[] = [];
  const broken: Broken[] = [];
  let more = 0;
  for (const each of all) {
    const found = each.end();
    passed[each.name] = (passed[each.name] ?? 0) + found.proven;
    if (found.unknown !== undefined) unknown.push(`${each.name}: ${found.unknown}`);
    broken.push(...found.broken.slice(0, mostOfACheck));
    more += found.more + Math.max(0, found.broken.length - mostOfACheck);
  }
  if (broken.length === 0) return { holds: true, passed, unknown };
  return { holds: false, broken: inOrder(broken, facts.events), more, passed, unknown };
}

/** Checks name events as they come upon them; they are shown as they happened. */
function inOrder(broken: readonly Broken[], events: readonly HistoryEvent[]): Broken[] {
  const wanted = new Set(broken.flatMap(({ shown }) => shown));
  const places = new Map<HistoryEvent, number>();
  for (const [place, event] of events.entries()) if (wanted.has(event)) places.set(event, place);
  const placeOf = (event: HistoryEvent) => places.get(event) ?? 0;
  return broken.map((each) => ({ ...each, shown: [...each.shown].sort((a, b) => placeOf(a) - placeOf(b)) }));
}
