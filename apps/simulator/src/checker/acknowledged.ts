import type { EventOf } from '../history/event.js';
import { type Done, doneOf, type Entry, isUnchanged, type Write } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { added, differing, lacking, quote, ruleOf, same } from './values.js';
import type { Check } from './verdict.js';

// V6: every write that was answered with ok is there at the end, as the version that it was told to be; also where a
// server was killed in between. What stands is what the log ends with.

export function acknowledged(facts: Facts): Check {
  const kills: Array<{ place: number; event: EventOf<'fault'> }> = [];
  return {
    name: 'acknowledged',
    rule: 'V6',
    see(event) {
      if (event.kind === 'fault' && /kill|crash|restart/.test(event.what)) kills.push({ place: facts.place, event });
    },
    end() {
      const found = new Findings('acknowledged', 'V6');
      for (const write of facts.writes) {
        const done = doneOf(write);
        const kill = kills.find(({ place }) => place > write.ended)?.event;
        if (done && done.version.n !== null && facts.isWhole) inTheLog(facts, write, done, kill, found);
      }
      for (const stands of facts.stands.values()) asItStands(facts, stands, found);
      if (facts.isWhole) return found.end();
      return found.end(
        facts.stands.size > 0
          ? 'the log is not known: only what stands at the end'
          : 'nobody has said what stands at the end',
      );
    },
  };
}

function inTheLog(facts: Facts, write: Write, done: Done, kill: EventOf<'fault'> | undefined, found: Findings): void {
  const { op, user, key, invoke, result } = write;
  const { n } = done.version;
  const entry = facts.at(op.record, n);
  if (!entry) {
    const what = `${user} was told that ${op.record} is saved as version ${n}, and there is no such version`;
    return found.add(what, op.record, [invoke, result, kill, facts.stands.get(op.record)]);
  }
  const isOwn = entry.told.by === user && (key === null || entry.told.key === null || entry.told.key === key);
  if (isOwn && !isUnchanged(write, done)) {
    found.proven += 1;
    return;
  }
  // It is somebody else's version, or stood there before: then it must hold what was to be written all the same.
  const missing = missingOf(facts, write, entry);
  found.expect(
    missing === null,
    () => `${user} was told that ${op.record} is saved as version ${n}, and ${missing}`,
    op.record,
    () => [invoke, result, entry],
  );
}

function missingOf(facts: Facts, { op }: Write, { told }: Entry): string | null {
  switch (op.do) {
    case 'destroy':
      return told.fields === null ? null : 'it is still there';
    case 'restore': {
      const old = facts.at(op.record, op.version)?.told.fields;
      if (!old || !told.fields) return told.fields ? null : 'it is not there';
      const wrong = differing(old, told.fields).find((field) => op.fields?.includes(field) ?? true);
      return wrong === undefined ? null : `its ${wrong} is ${quote(told.fields[wrong])}`;
    }
    case 'create':
      return Object.keys(op.set).every((field) => same(field, op.set[field], told.fields?.[field]))
        ? null
        : `this version is by ${told.by}`;
    case 'update': {
      const from = facts.at(op.record, op.base?.n)?.told.fields;
      const wrong = op.typed.find((field) => {
        const [set, is] = [op.set[field], told.fields?.[field]];
        if (same(field, set, is)) return false;
        return ruleOf(field) === 'replace' || !op.merge || lacking(is, added(from?.[field], set)).length > 0;
      });
      return wrong === undefined ? null : `in this version, by ${told.by}, ${wrong} is ${quote(told.fields?.[wrong])}`;
    }
  }
}

function asItStands(facts: Facts, stands: EventOf<'stands'>, found: Findings): void {
  const { record, version, fields } = stands;
  const last = facts.history(record).at(-1);
  if (facts.isWhole && last) {
    const { told } = last;
    const isSame = told.version.n === version.n && isSameContent(told.fields, fields);
    const what = () =>
      told.version.n === version.n
        ? `${record} stands with another content than version ${version.n} has in the log`
        : `${record} stands as version ${version.n}, and the log ends with version ${told.version.n} of it`;
    return found.expect(isSame, what, record, () => [last, stands]);
  }
  const answers = facts.answers.get(record);
  if (version.n === null || !answers) return;
  let newest = 0;
  for (const n of answers.keys()) newest = Math.max(newest, n);
  const write = answers.get(newest)?.[0];
  const what = () =>
    `${write?.user} was told that ${record} is saved as version ${newest}, and it stands as version ${version.n}`;
  found.expect(version.n >= newest, what, record, () => [write?.invoke, write?.result, stands]);
}

const isSameContent = (a: EventOf<'stands'>['fields'], b: EventOf<'stands'>['fields']): boolean =>
  a === null || b === null ? a === b : differing(a, b).length === 0;
