import { Document } from 'yaml';
import { absentOf } from './absent.js';
import { durationText } from './duration.js';
import type { Plan } from './plan.js';
import { editorSchema, type Faults, faultsSchema, type Scenario } from './scenario.js';
import { entryOf } from './steps.js';

// From a plan back to a scenario's file, in which nothing is left to chance: read again and planned with its seed, it
// is the same plan. A failing run is written so, once it is reduced to the fewest steps.

/** YAML; `broke` says in one sentence what was wrong. */
export function scenarioOfPlan(plan: Plan, broke?: string): string {
  const document = new Document({});
  /** One entry a line, however many values it has. */
  const putLines = (key: string, values: Readonly<Record<string, unknown>>): void => {
    const lines = Object.entries(values).map(([name, value]) => [name, document.createNode(value, { flow: true })]);
    if (lines.length > 0) document.set(key, document.createNode(Object.fromEntries(lines)));
  };
  const put = (key: string, value: unknown): void => document.set(key, document.createNode(value));

  put('name', plan.scenario);
  if (broke !== undefined) put('broke', broke.slice(0, 1_000));
  put('seed', plan.seed);
  if (plan.nodes !== 1) put('nodes', plan.nodes);
  put('duration', durationText(plan.duration));
  putLines('faults', faultsOf(plan.faults));
  put('records', Object.fromEntries(plan.records.map(({ record, fields }) => [record, fields])));
  const absent = absentOf(
    plan.records.map(({ record }) => record),
    plan.steps,
  );
  if (absent.length > 0) put('absent', absent);
  putLines('users', usersOf(plan));
  putLines('editors', editorsOf(plan));
  put(
    'steps',
    plan.steps.map((step) => Object.fromEntries([entryOf(step, plan.pace === 'times' ? step.at : null)])),
  );
  return document.toString({ lineWidth: 0 });
}

/** Those that are not as they are without being said. */
function faultsOf(faults: Faults): Record<string, unknown> {
  const usual = faultsSchema.parse({});
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(faults)) {
    if (value === undefined || value === usual[name as keyof Faults]) continue;
    told[name] = Array.isArray(value) ? value.map(durationText) : name === 'skew' ? durationText(faults.skew) : value;
  }
  return told;
}

/** Only where it does not go without saying: each user has a page, and they come in the order of these. */
function usersOf({ users, editors }: Plan): Scenario['users'] {
  const derived = new Set(editors.map(({ user }) => user));
  const isSaid = users.length === derived.size && [...derived].every((user, index) => users[index]?.user === user);
  return isSaid ? {} : Object.fromEntries(users.map(({ user, role }) => [user, role]));
}

/** Whose page each is, what they may, and how they settle a conflict. */
function editorsOf({ editors, users, faults }: Plan): Record<string, unknown> {
  const roles = new Map(users.map(({ user, role }) => [user, role]));
  const usual = JSON.stringify(editorSchema.parse({}).choose);
  return Object.fromEntries(
    editors.map(({ name, user, skew, choose }) => {
      const role = roles.get(user) ?? 'editor';
      return [
        name,
        {
          ...(user === name ? {} : { user }),
          ...(role === 'editor' ? {} : { role }),
          ...(faults.skew === 0 && skew === 0 ? {} : { skew: durationText(skew) }),
          ...(JSON.stringify(choose) === usual ? {} : { choose }),
        },
      ];
    }),
  );
}
