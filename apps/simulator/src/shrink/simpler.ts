import type { Fields } from '../history/event.js';
import type { Plan, Step } from '../scenario/plan.js';
import { type Faults, faultsSchema } from '../scenario/scenario.js';

// The same plan told more simply: without faults, with less in its records, at plainer times. Pure.

const noFaults: Faults = faultsSchema.parse({});

/** The kinds of fault that a plan has. */
export const faultsOf = ({ faults }: Plan): ReadonlyArray<keyof Faults> =>
  (Object.keys(faults) as Array<keyof Faults>).filter((kind) => (faults[kind] ?? 0) !== 0);

export function withFaults(plan: Plan, kept: ReadonlyArray<keyof Faults>): Plan {
  const faults: Faults = { ...noFaults, ...Object.fromEntries(kept.map((kind) => [kind, plan.faults[kind]])) };
  return { ...plan, faults };
}

/** Of the clocks and the servers: right ones, and a single one. */
export const withTrueClocks = (plan: Plan): Plan => ({
  ...plan,
  editors: plan.editors.map((editor) => ({ ...editor, skew: 0 })),
});
/** What befalls the others, and Redis, befalls nobody then. */
export const withOneNode = (plan: Plan): Plan => ({
  ...plan,
  nodes: 1,
  steps: plan.steps.filter(
    ({ who, ...step }) =>
      who !== null ||
      !('event' in step) ||
      !('node' in step.event ? step.event.node > 0 : step.event.do.endsWith('-redis')),
  ),
});

/** A field that a record begins with, by the record's place in the plan. `title` is what none can be without. */
export interface Filled {
  place: number;
  name: string;
}

export const filledOf = ({ records }: Plan): Filled[] =>
  records.flatMap(({ fields }, place) =>
    Object.keys(fields)
      .filter((name) => name !== 'title')
      .map((name) => ({ place, name })),
  );

export function withFilled(plan: Plan, kept: readonly Filled[]): Plan {
  const isKept = (at: number, field: string): boolean =>
    field === 'title' || kept.some(({ place, name }) => place === at && name === field);
  return {
    ...plan,
    records: plan.records.map(({ record, fields }, place) => ({
      record,
      fields: Object.fromEntries(Object.entries(fields).filter(([name]) => isKept(place, name))),
    })),
  };
}

/** Long texts that records begin with, cut down to a line. */
export function withShortTexts(plan: Plan): Plan {
  const short = (fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? [...value].slice(0, 40).join('').trim() : value,
      ]),
    );
  return { ...plan, records: plan.records.map(({ record, fields }) => ({ record, fields: short(fields) })) };
}

/** Plainer times, the plainest first: evenly apart, or each rounded. */
export function plainerTimes(plan: Plan): Plan[] {
  const even = (ms: number): Plan => retimed(plan, (_, place) => place * ms);
  const rounded = (ms: number): Plan => retimed(plan, ({ at }) => Math.round(at / ms) * ms);
  return plan.pace === 'order' ? [even(0)] : [even(10), even(100), rounded(100), rounded(10), rounded(1)];
}

function retimed(plan: Plan, timeOf: (step: Step, place: number) => number): Plan {
  const steps = plan.steps.map((step, place) => ({ ...step, at: timeOf(step, place) }));
  return { ...plan, steps, duration: steps.at(-1)?.at ?? 0 };
}

/**
 * What is typed and not saved is saved when a run settles, by all at once. Told out, it is a story, and the same each time:
 * whoever typed first saves first, or last.
 */
export function savesToldOut(plan: Plan): Plan[] {
  const unsaved = new Map<string, { who: string; record: string }>();
  for (const step of plan.steps) {
    if (step.who === null) continue;
    const { who, action } = step;
    if (action.do !== 'type' && action.do !== 'save') continue;
    const name = `${who} ${action.record}`;
    if (action.do === 'save') unsaved.delete(name);
    else if (!unsaved.has(name)) unsaved.set(name, { who, record: action.record });
  }
  if (unsaved.size === 0) return [];
  const at = plan.steps.at(-1)?.at ?? 0;
  const saves = [...unsaved.values()].map(({ who, record }): Step => ({ at, who, action: { do: 'save', record } }));
  return [saves, saves.toReversed()].map((last) => ({ ...plan, steps: [...plan.steps, ...last] }));
}
