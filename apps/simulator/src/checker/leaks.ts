import type { EventOf, Fields, Told } from '../history/event.js';
import { mayWrite, type Role } from './access.js';
import { type Audible, audibleIn, isWithheld } from './audible.js';
import { type Call, isWrite } from './call.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { type Line, Lines } from './lines.js';
import type { Check } from './verdict.js';

// H1 and S1: nobody is told, shown or lets stand what their role at that time does not allow. While access changes, the
// old and the new are both right; what was written before the change was certain may still be on its way after it.

export function leaks(facts: Facts): Check {
  const found = new Findings('leaks', 'H1');
  const lines = new Lines(facts);
  let isSaid = false;
  return {
    name: 'leaks',
    rule: 'H1',
    see(event) {
      lines.see(event);
      if (event.kind === 'access') isSaid = true;
      const call = event.kind === 'result' ? facts.calls.get(event.call) : undefined;
      if (call && call.result === event) answered(facts, call, event, found);
    },
    end() {
      const audible = audibleIn(facts);
      for (const line of lines.all) onTheLine(facts, audible, line, found);
      return found.end(isSaid ? undefined : 'nobody has said who may what');
    },
  };
}

function answered(facts: Facts, call: Call, event: EventOf<'result'>, found: Findings): void {
  const roles = facts.access.between(call.user, call.begun, call.ended);
  const { result } = event;
  if (roles === null || (result.is !== 'ok' && result.is !== 'list')) return;
  const { user, op, invoke } = call;
  const record = op.do === 'list' ? null : op.record;
  if (isWrite(call)) {
    // The answer to an earlier try may come to somebody who could write then.
    if ((facts.groupOf(user, call.key)?.writes.length ?? 1) > 1) return;
    const what = () => `${user}, who may not write, saved ${record}`;
    return found.expect(roles.some(mayWrite), what, record, () => [invoke, event], 'S1');
  }
  if (roles.every((role) => role === null)) {
    return found.add(`${user}, who may read nothing, was shown ${record ?? 'a list'}`, record, [invoke, event], 'S1');
  }
  if (roles.some(mayWrite)) {
    found.proven += 1;
    return;
  }
  const shown: ReadonlyArray<{ record: string | null; fields: Fields | null }> =
    result.is === 'list' ? result.records : [{ record, fields: result.fields }];
  const secret = shown.find(({ fields }) => isWithheld(fields));
  const what = () => `${user}, who is a viewer, was shown ${secret?.record}, which is withheld`;
  found.expect(!secret, what, secret?.record ?? null, () => [invoke, event], 'S1');
}

function onTheLine(facts: Facts, audible: Audible, line: Line, found: Findings): void {
  const { user, editor, marks } = line;
  const own = facts.run?.workspace;
  const asked = marks[0]?.place ?? 0;
  let workspaces: readonly string[] = [];
  const rolesAt = (from: number, to: number) => facts.access.between(user, from, to);
  for (const { event, place } of marks) {
    if (event.kind === 'line') {
      if (event.is === 'open') workspaces = event.workspaces;
      const isIn = event.is === 'open' && own !== undefined && workspaces.includes(own);
      if (isIn && isNobody(rolesAt(asked, place))) {
        found.add(`${editor} follows ${own}, and ${user} may read nothing there`, null, [event]);
      }
      continue;
    }
    const { workspace } = event;
    if (own !== undefined && workspace !== own) {
      const what = () => `${editor} was told something of ${workspace}, where ${user} is not`;
      found.expect(workspaces.includes(workspace), what, null, () => [event]);
    } else if (event.kind === 'about') {
      const what = () => `${editor} was told of a ${event.what}, and ${user} may read nothing there`;
      found.expect(!isNobody(rolesAt(asked, place)), what, null, () => [event]);
    } else {
      const roles = rolesAt(Math.max(asked, audible.notBefore(event.told.seq)), place);
      if (roles !== null) ofChange(facts, audible, event, user, roles, found);
    }
  }
}

const isNobody = (roles: readonly Role[] | null): boolean => roles?.every((role) => role === null) ?? false;

/** Only that it is there no more: not who did it, nor what they changed. */
export const isToldAsGone = ({ action, by, changed, combined, fields, key, over }: Told): boolean =>
  action === 'destroy' && by === '' && changed.length === 0 && fields === null && key === null && !combined && !over;

function ofChange(
  facts: Facts,
  audible: Audible,
  event: EventOf<'hear'>,
  user: string,
  roles: readonly Role[],
  found: Findings,
): void {
  const { seq, record, fields } = event.told;
  const allows = (role: Role): boolean => {
    if (role === null) return false;
    if (mayWrite(role)) return true;
    const hearing = audible.at(role, seq) ?? (isWithheld(fields) ? 'nothing' : 'whole');
    return hearing === 'whole' || (hearing === 'gone' && isToldAsGone(event.told));
  };
  const why = isNobody(roles) ? 'may read nothing any more' : 'may not see it';
  found.expect(
    roles.some(allows),
    () => `${event.editor} was told of change ${seq}, of ${record}, and ${user} ${why}`,
    record,
    () => [facts.entries.find(({ told }) => told.seq === seq), event],
  );
}
