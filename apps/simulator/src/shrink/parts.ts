import type { Broken } from '../checker/verdict.js';
import type { Plan, Step } from '../scenario/plan.js';

// What a plan is made of, and what is left of it without some: pure, and whatever depends on what goes, goes with it.

/** The plan with these editors alone: nobody else does anything, and users without a page are none. */
export function withEditors(plan: Plan, kept: ReadonlySet<string>): Plan {
  const editors = plan.editors.filter(({ name }) => kept.has(name));
  const steps = plan.steps.filter(({ who }) => who === null || kept.has(who));
  const users = new Set(editors.map(({ user }) => user));
  for (const step of steps) if (step.who === null && step.event.do === 'access') users.add(step.event.user);
  return { ...plan, editors, steps, users: plan.users.filter(({ user }) => users.has(user)) };
}

export function withRecords(plan: Plan, kept: ReadonlySet<string>): Plan {
  const known = new Set(plan.records.map(({ record }) => record));
  const isKept = (record: string | null): boolean => record === null || kept.has(record) || !known.has(record);
  return {
    ...plan,
    records: plan.records.filter(({ record }) => kept.has(record)),
    steps: plan.steps.filter((step) => isKept(recordOf(step))),
  };
}

function recordOf(step: Step): string | null {
  if (step.who === null) return null;
  const { action } = step;
  if (action.do === 'wait') return 'record' in action.for ? action.for.record : null;
  return 'record' in action ? action.record : null;
}

/** Steps that mean nothing without each other: what is taken away with what gives it back. */
export function unitsOf(steps: readonly Step[]): ReadonlyArray<readonly Step[]> {
  const units: Step[][] = [];
  const open = new Map<string, Step[]>();
  for (const step of steps) {
    const { begins, ends } = endsOf(step);
    const unit = ends === null ? undefined : open.get(ends);
    if (unit !== undefined && ends !== null) {
      unit.push(step);
      open.delete(ends);
      continue;
    }
    const own = [step];
    units.push(own);
    if (begins !== null) open.set(begins, own);
  }
  return units;
}

function endsOf(step: Step): { begins: string | null; ends: string | null } {
  if (step.who !== null) {
    const { action, who } = step;
    if (action.do === 'offline') return { begins: `${who} offline`, ends: null };
    return { begins: null, ends: action.do === 'online' ? `${who} offline` : null };
  }
  const { event } = step;
  switch (event.do) {
    case 'kill':
      return { begins: `node ${event.node}`, ends: null };
    case 'restart':
      return { begins: null, ends: `node ${event.node}` };
    case 'kill-redis':
      return { begins: 'redis', ends: null };
    case 'restart-redis':
      return { begins: null, ends: 'redis' };
    case 'pause-redis':
    case 'access':
      return { begins: null, ends: null };
  }
}

/** Units again as steps, in the order that the plan has them in. */
export function withUnits(plan: Plan, units: ReadonlyArray<readonly Step[]>): Plan {
  const kept = new Set(units.flat());
  return { ...plan, steps: plan.steps.filter((step) => kept.has(step)) };
}

/** Guesses at what it takes, the boldest first: whoever and whatever the broken rule was shown with. */
export function guesses(plan: Plan, { record, shown }: Broken): Plan[] {
  const names = new Set(
    shown.flatMap((event) => ('editor' in event && event.editor !== undefined ? [event.editor] : [])),
  );
  const last = shown.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  const before: Plan = { ...plan, steps: plan.steps.filter(({ at }) => at <= last) };
  const atRecord = (from: Plan): Plan =>
    plan.records.some((each) => each.record === record) && record !== null
      ? withRecords(from, new Set([record]))
      : from;
  const byThem = (from: Plan): Plan => (names.size > 0 ? withEditors(from, names) : from);
  return [byThem(atRecord(before)), byThem(atRecord(plan)), atRecord(before), atRecord(plan), before];
}
