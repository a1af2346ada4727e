import type { EventOf, HistoryEvent, Told } from '../history/event.js';
import { mayWrite } from './access.js';
import { isWithheld } from './audible.js';
import type { Call } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import type { Check } from './verdict.js';

// V6: reads never go back. Whoever begins to read a record after a version of it was shown to anybody, in an answer or a
// delivery, is shown that version or a newer one; and a list leaves out nothing that was known before, and stood all the while.

/** How the newest version that was known of a record has grown: by place, rising. */
interface Growth {
  places: number[];
  versions: number[];
  events: HistoryEvent[];
}

/** A list that was answered as a whole; `mayAll`: the reader sees also what is withheld. */
interface Listing {
  call: Call;
  event: EventOf<'result'>;
  mayAll: boolean;
}

export function reads(facts: Facts): Check {
  const found = new Findings('reads', 'V6');
  const known = new Map<string, Growth>();
  const lists: Listing[] = [];
  let isCounted = false;
  /** What was known at a place, and by which event. */
  function floor(record: string, place: number): { n: number; event: HistoryEvent } | null {
    const growth = known.get(record);
    if (!growth) return null;
    let [low, high] = [0, growth.places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((growth.places[middle] ?? Infinity) < place) low = middle + 1;
      else high = middle;
    }
    const event = growth.events[low - 1];
    return event ? { n: growth.versions[low - 1] ?? 0, event } : null;
  }
  function learn(record: string, n: number, event: HistoryEvent): void {
    const growth = known.get(record) ?? { places: [], versions: [], events: [] };
    known.set(record, growth);
    if (n <= (growth.versions.at(-1) ?? -1)) return;
    growth.places.push(facts.place);
    growth.versions.push(n);
    growth.events.push(event);
  }
  function expect(record: string, n: number, call: Call, event: HistoryEvent): void {
    const least = floor(record, call.begun);
    found.expect(
      !least || n >= least.n,
      () =>
        `${call.user} read ${record} and was shown version ${n}, after ${sourceOf(facts, least?.event)} version ${least?.n}`,
      record,
      () => [least && callOf(facts, least.event)?.invoke, least?.event, call.invoke, event],
    );
  }
  /** Nobody who may read it is told that there is no such record once it was there. */
  function absent(call: Call, event: HistoryEvent): void {
    if (call.op.do === 'list') return;
    const least = floor(call.op.record, call.begun);
    if (!least || !facts.access.mayWrite(call.user, call.begun, call.ended)) return;
    const what = `${call.user} asked for ${call.op.record} and was told that it never was, after ${sourceOf(facts, least.event)} version ${least.n} of it`;
    found.add(what, call.op.record, [least.event, call.invoke, event]);
  }
  /** Whatever it may have become until the list was answered, this reader was to see it. */
  function isDue(record: string, n: number, { call, mayAll }: Listing): boolean {
    const entry = facts.at(record, n);
    if (!entry) return false;
    const isShown = ({ fields }: Told) => fields !== null && (mayAll || !isWithheld(fields));
    if (!isShown(entry.told)) return false;
    return facts
      .history(record)
      .every((each) => (each.told.version.n ?? 0) <= n || isShown(each.told) || facts.notBefore(each) >= call.ended);
  }
  function whole(listing: Listing): void {
    const { call, event } = listing;
    if (event.result.is !== 'list') return;
    const records = new Set(event.result.records.map(({ record }) => record));
    for (const record of known.keys()) {
      const least = floor(record, call.begun);
      if (!least) continue;
      found.expect(
        records.has(record) || !isDue(record, least.n, listing),
        () =>
          `${call.user} asked for the list and was not shown ${record}, after ${sourceOf(facts, least.event)} version ${least.n} of it`,
        record,
        () => [callOf(facts, least.event)?.invoke, least.event, call.invoke, event],
      );
    }
  }
  /** Where it is certain what the reader might see. */
  function list(call: Call, event: EventOf<'result'>): void {
    if (event.result.is !== 'list' || event.result.seq === null) return;
    const roles = facts.access.between(call.user, call.begun, call.ended);
    if (!roles || roles.includes(null)) return;
    lists.push({ call, event, mayAll: roles.every(mayWrite) });
  }
  return {
    name: 'reads',
    rule: 'V6',
    see(event) {
      if (event.kind !== 'result' && event.kind !== 'hear') return;
      const call = event.kind === 'result' ? (facts.calls.get(event.call) ?? null) : null;
      if (call?.result?.result.is === 'refused' && call.result === event && call.result.result.why === 'absent') {
        absent(call, event);
      }
      if (event.kind === 'result' && call?.result === event) list(call, event);
      for (const { record, version, isRead } of facts.shown) {
        if (version.n === null) continue;
        isCounted = true;
        if (isRead && call) expect(record, version.n, call, event);
        learn(record, version.n, event);
      }
    },
    end() {
      if (!isCounted) return found.end('the store does not count its versions');
      if (facts.isWhole) for (const each of lists) whole(each);
      const isOpen = lists.length > 0 && !facts.isWhole;
      return found.end(isOpen ? 'the log is not known: a list may have left something out' : undefined);
    },
  };
}

const callOf = (facts: Facts, event: HistoryEvent): Call | undefined =>
  event.kind === 'result' ? facts.calls.get(event.call) : undefined;

function sourceOf(facts: Facts, event: HistoryEvent | undefined): string {
  if (event?.kind === 'hear') return `${event.editor} had been told of`;
  const call = event && callOf(facts, event);
  const isWrite = call?.result?.result.is === 'ok' && call.op.do !== 'read' && call.op.do !== 'list';
  return isWrite ? `${call.user} had been told: saved as` : `${call?.user ?? 'somebody'} had been shown`;
}
