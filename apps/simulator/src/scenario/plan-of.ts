import { choices } from '../editors/editor.js';
import { randomOf } from '../random.js';
import { recordsOf } from './contents.js';
import { crowdOf } from './crowd.js';
import { act, type Person, type Shelf } from './person.js';
import type { Action, Plan, PlannedEditor, PlannedRecord, PlanOptions, Step } from './plan.js';
import type { Scenario } from './scenario.js';
import { parseEvent, readStep } from './steps.js';
import { createTypist } from './typing.js';

// From a scenario to its plan: all that is left to chance is drawn here, from the seed, and nothing else is. Each person
// draws from a source of their own, so that one more of them changes little of what the others do.

/** How long people act for, where nobody says it. */
const usual = 10_000;

/** As many actions as fit a machine's memory several times over. */
const mostActions = 2_000_000;

/** Why this can't be planned, in one sentence; null where it can. */
export function tooMuch(scenario: Scenario, options: Omit<PlanOptions, 'seed'>): string | null {
  const { people } = crowdOf(scenario, randomOf(0), options.editors, options.rate);
  const seconds = (options.duration ?? scenario.duration ?? usual) / 1_000;
  const actions = people.reduce((all, { every }) => all + (seconds * 1_000) / every, scenario.steps.length);
  if (actions <= mostActions) return null;
  return `${people.length} people would do about ${Math.round(actions)} things in ${seconds} s, and ${mostActions} is the most: fewer of them, a shorter run or a lower rate.`;
}

/** The same for the same scenario, seed and options, on every machine. */
export function planOf(scenario: Scenario, options: PlanOptions): Plan {
  const { name, faults, nodes } = scenario;
  const random = randomOf(options.seed);
  const records = recordsOf(scenario, options.records);
  const { users, editors, people } = crowdOf(scenario, random, options.editors, options.rate);

  const written = scenario.duration ?? (people.length > 0 ? usual : 0);
  const duration = people.length > 0 ? (options.duration ?? written) : written;
  // What befalls the server keeps its place in a run that is made longer or shorter.
  const told = toldOf(scenario, written > 0 ? duration / written : 1);
  // Of fewer people than the scenario counts, some are not there.
  const [names, pages] = [new Set(users.map(({ user }) => user)), new Set(editors.map(({ name: page }) => page))];
  const steps = told.steps.filter((step) =>
    step.who !== null ? pages.has(step.who) : step.event.do !== 'access' || names.has(step.event.user),
  );
  for (const step of chanceOf(people, records, duration)) steps.push(step);
  steps.sort((one, other) => one.at - other.at);

  return {
    scenario: name,
    seed: options.seed,
    records,
    users,
    editors: editors.map(({ name, user, skew, choose }) => ({
      name,
      user,
      skew: skew ?? (faults.skew > 0 ? random.fork(`skew ${name}`).int(-faults.skew, faults.skew) : 0),
      choose: inOrder(choose),
    })),
    steps,
    pace: people.length > 0 || told.isTimed ? 'times' : 'order',
    faults,
    nodes,
    duration: Math.max(duration, steps.at(-1)?.at ?? 0),
  };
}

/** Weights are drawn by in the order that they stand in: it must not hang on how a file has them. */
const inOrder = (choose: PlannedEditor['choose']): PlannedEditor['choose'] =>
  Object.fromEntries(choices.flatMap((how) => (choose[how] === undefined ? [] : [[how, choose[how]]])));

/** The steps and events that the scenario tells. One without a time comes when the one before it does. */
function toldOf({ steps, events }: Scenario, stretch: number): { steps: Step[]; isTimed: boolean } {
  let last = 0;
  let isTimed = events.length > 0;
  const told: Step[] = [];
  for (const [who, text] of steps.flatMap((step) => Object.entries(step))) {
    const read = readStep(who, text);
    if (read.kind === 'wrong') throw new Error(`${who}: ${text}: ${read.what}`);
    isTimed ||= read.at !== null;
    last = read.at ?? last;
    told.push({ at: last, ...read.said });
  }
  for (const { at, do: text } of events) {
    const read = parseEvent(text);
    if (read.kind === 'wrong') throw new Error(`${text}: ${read.what}`);
    told.push({ at: Math.round(at * stretch), who: null, event: read.said });
  }
  return { steps: told, isTimed };
}

/** What people do by chance, until the time is over; whoever is offline then comes back. */
function chanceOf(people: readonly Person[], records: readonly PlannedRecord[], duration: number): Step[] {
  const steps: Step[] = [];
  const shelf = shelfOf(records);
  const say = (person: Person, at: number, actions: readonly Action[]): void => {
    for (const action of actions) steps.push({ at, who: person.name, action });
  };
  const comeBack = (person: Person, at: number): void => {
    if (person.backAt === null || person.backAt > at) return;
    say(person, person.backAt, [{ do: 'online' }]);
    person.backAt = null;
  };

  const moments = people.flatMap((person) => momentsOf(person, duration).map((at) => ({ at, person })));
  moments.sort((one, other) => one.at - other.at);
  for (const { at, person } of moments) {
    comeBack(person, at);
    say(person, at, act(person, shelf, at));
  }
  for (const person of people) {
    if (person.backAt !== null) person.backAt = Math.min(person.backAt, duration);
    comeBack(person, duration);
  }
  return steps;
}

/** When one person acts: by whole milliseconds, each time anything from at once to twice their usual pause. */
function momentsOf({ every, random }: Person, duration: number): number[] {
  const moments: number[] = [];
  const longest = Math.max(1, Math.round(2 * every) - 1);
  for (let at = random.int(0, Math.round(every)); at < duration; at += random.int(1, longest)) moments.push(at);
  return moments;
}

function shelfOf(records: readonly PlannedRecord[]): Shelf {
  const names = records.map(({ record }) => record);
  const taken = new Set(names);
  let number = 0;
  return {
    first: names[0] ?? 'book-1',
    there: [...names],
    gone: [],
    typist: createTypist(),
    more() {
      do number += 1;
      while (taken.has(`book-${number}`));
      taken.add(`book-${number}`);
      return `book-${number}`;
    },
  };
}
