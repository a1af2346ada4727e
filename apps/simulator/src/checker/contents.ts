import type { Fields, HistoryEvent } from '../history/event.js';
import type { Entry } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { differing, quote } from './values.js';
import type { Check } from './verdict.js';

// V1: a version of a record has one content and one tag, wherever it is shown: in answers, in what is told, in the log.
// Where two differ, the log says which of them is wrong, and what is wrong names the rule.

interface Showing {
  event: HistoryEvent;
  /** Undefined where nothing was said of it. */
  fields: Fields | null | undefined;
  tag: string | null;
}

interface Mismatch {
  record: string;
  n: number;
  flaw: string;
  first: Showing;
  other: Showing;
}

/** So many are looked into; a store that shows everything wrong needs no more. */
const most = 10_000;

export function contents(facts: Facts): Check {
  const found = new Findings('contents', 'V1');
  const known = new Map<string, Map<number, Showing>>();
  const mismatches: Mismatch[] = [];
  return {
    name: 'contents',
    rule: 'V1',
    see(event) {
      for (const { record, version, fields } of facts.shown) {
        if (version.n === null) continue;
        const versions = known.get(record) ?? new Map<number, Showing>();
        known.set(record, versions);
        const first = versions.get(version.n);
        const showing = { event, fields, tag: version.tag };
        if (!first) {
          versions.set(version.n, showing);
          continue;
        }
        const flaw = flawOf(first, showing);
        if (flaw === null) found.proven += 1;
        else if (mismatches.length < most) {
          mismatches.push({ record, n: version.n, flaw, first: { ...first }, other: showing });
        }
        if (first.fields === undefined) first.fields = fields;
        first.tag ??= version.tag;
      }
    },
    end() {
      const blamed = new Set<HistoryEvent>();
      for (const { record, n, flaw, first, other } of mismatches) {
        const wrong = wrongOf(facts, record, n, first, other);
        if (blamed.has(wrong.event)) continue;
        blamed.add(wrong.event);
        const events = [first.event, other.event];
        const shown = events.flatMap((event) => [callOf(facts, event), event]);
        found.add(`Version ${n} of ${record} was shown ${flaw}`, record, shown, ruleOf(facts, wrong.event));
      }
      for (const history of facts.histories.values()) named(history, found);
      return found.end(facts.counts ? undefined : 'the store does not count its versions');
    },
  };
}

function flawOf(first: Showing, { fields, tag }: Showing): string | null {
  if (first.tag !== null && tag !== null && first.tag !== tag) return `with two tags, ${first.tag} and ${tag}`;
  if (first.fields === undefined || fields === undefined || first.fields === fields) return null;
  if (first.fields === null || fields === null) return 'once with its content, and once as deleted';
  const [field] = differing(first.fields, fields);
  if (field === undefined) return null;
  return `with two contents: ${field} is ${quote(first.fields[field], fields[field])}, and ${quote(fields[field], first.fields[field])}`;
}

/** V2: what an entry names as changed is another value than stood there before. */
function named(history: readonly Entry[], found: Findings): void {
  let before: Entry | null = null;
  for (const entry of history) {
    const [last, was]: [Entry | null, Entry['told'] | undefined] = [before, before?.told];
    const { action, version, record, changed, fields } = entry.told;
    before = entry;
    if (action !== 'update' || !was?.fields || !fields || version.n !== (was.version.n ?? NaN) + 1) continue;
    for (const field of changed) {
      const [old, now] = [was.fields[field], fields[field]];
      if (JSON.stringify(old ?? null) !== JSON.stringify(now ?? null)) continue;
      const what = `Version ${version.n} of ${record} says that it changes ${field}, and it was ${quote(old)} before`;
      found.add(what, record, [last, entry], 'V2');
    }
  }
}

/** The one that the log gives the lie to; without it, the later one. */
function wrongOf(facts: Facts, record: string, n: number, first: Showing, other: Showing): Showing {
  const entry = facts.at(record, n);
  if (other.event.kind === 'entry') return first;
  if (!entry) return other;
  const { fields, version } = entry.told;
  return flawOf({ event: entry, fields, tag: version.tag }, first) === null ? other : first;
}

/** An answer, a delivery, or what a page holds. */
function ruleOf(facts: Facts, { kind }: HistoryEvent): string {
  if (kind === 'holds') return 'C2';
  if (kind === 'hear') return 'H2';
  return facts.isWhole ? 'V6' : 'V1';
}

const callOf = (facts: Facts, event: HistoryEvent) =>
  event.kind === 'result' ? facts.calls.get(event.call)?.invoke : undefined;
