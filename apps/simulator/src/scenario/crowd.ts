import type { Role } from '@stet/protocol';
import type { Random } from '../random.js';
import type { Person } from './person.js';
import type { PlannedEditor } from './plan.js';
import type { People, Scenario } from './scenario.js';
import { typedByDefault } from './typing.js';

// Who is there: how many of each group, what they are called, and whose pages they are.

/** People have so many users at most, and all together so many: who is beyond is a further page of one of them. */
const mostOfPeople = 50;
const mostUsers = 60;

const called: Readonly<Record<Role, readonly string[]>> = {
  editor: ['ana', 'ben', 'chloe', 'dan', 'eva', 'finn', 'gil', 'hana', 'ivo', 'jo'],
  manager: ['mara', 'max'],
  viewer: ['vic', 'uma', 'tom'],
};

export interface Crowd {
  users: Array<{ user: string; role: Role }>;
  editors: Array<Omit<PlannedEditor, 'skew' | 'choose'> & Pick<Scenario['editors'][string], 'skew' | 'choose'>>;
  people: Person[];
}

/** `total` people instead of those that the scenario counts, shared out by its counts; `rate`: actions a second of all of them. */
export function crowdOf(scenario: Scenario, random: Random, total?: number, rate?: number): Crowd {
  const users = new Map<string, Role>(Object.entries(scenario.users));
  const editors: Crowd['editors'] = [];
  for (const [name, { user = name, role, skew, choose }] of Object.entries(scenario.editors)) {
    const said = Object.entries(scenario.editors).find(([page, other]) => (other.user ?? page) === user && other.role);
    if (!users.has(user)) users.set(user, role ?? said?.[1].role ?? 'editor');
    editors.push({ name, user, choose, ...(skew === undefined ? {} : { skew }) });
  }

  const counts = shares(total ?? sum(scenario.people), scenario.people);
  const wanted = counts.map((count, index) => ({ count: Math.ceil(count / (scenario.people[index]?.pages ?? 1)) }));
  const room = Math.max(Math.min(mostOfPeople, mostUsers - users.size), counts.length);
  const own = shares(Math.min(sum(wanted), room), wanted);
  const names = nameGiver(new Set([...users.keys(), ...editors.map(({ name }) => name)]));
  const people: Person[] = [];
  for (const [index, group] of scenario.people.entries()) {
    const ofGroup: string[] = [];
    const count = counts[index] ?? 0;
    for (let nth = 0; nth < count; nth += 1) {
      const given = names(group);
      const user = nth < (own[index] ?? 0) ? given.user : (ofGroup[nth % ofGroup.length] ?? given.user);
      if (user === given.user) ofGroup.push(user);
      users.set(user, group.role);
      editors.push({ name: given.editor, user, choose: group.choose });
      people.push(personOf(given.editor, group, fieldsOf(group, nth, count), random.fork(`person ${given.editor}`)));
    }
  }
  const perSecond = people.reduce((all, { every }) => all + 1_000 / every, 0);
  if (rate !== undefined) for (const person of people) person.every *= perSecond / rate;
  return { users: [...users].map(([user, role]) => ({ user, role })), editors, people };
}

const personOf = (name: string, group: People, fields: readonly string[], random: Random): Person => ({
  name,
  group,
  fields,
  every: group.every,
  random,
  record: null,
  isTyped: false,
  isLooking: false,
  backAt: null,
});

/** Apart from each other, each has every nth field; where there are fewer fields than people, some have the same one. */
function fieldsOf({ fields: some, apart }: People, nth: number, count: number): readonly string[] {
  const fields = some ?? typedByDefault;
  if (!apart) return fields;
  const nthOf = Math.min(count, fields.length);
  return fields.filter((_, index) => index % nthOf === nth % nthOf);
}

const sum = (groups: ReadonlyArray<{ count: number }>): number => groups.reduce((all, { count }) => all + count, 0);

/** Shares a number out by counts; each gets one at least, as far as it goes. */
function shares(total: number, groups: ReadonlyArray<{ count: number }>): number[] {
  const all = sum(groups);
  const missing = (given: number, count: number): number =>
    given === 0 && count > 0 ? Number.POSITIVE_INFINITY : (total * count) / all - given;
  const given = groups.map(() => 0);
  for (let left = groups.length > 0 ? total : 0; left > 0; left -= 1) {
    const most = groups
      .map(({ count }, index) => missing(given[index] ?? 0, count))
      .reduce((best, share, index, of) => (share > (of[best] ?? 0) ? index : best), 0);
    given[most] = (given[most] ?? 0) + 1;
  }
  return given;
}

/** Names that nobody has: an editor's and their user's are the same as long as there are some. */
function nameGiver(taken: Set<string>): (group: People) => { editor: string; user: string } {
  let count = 0;
  const take = (editor: string, user: string): { editor: string; user: string } | null => {
    if (taken.has(editor) || taken.has(user)) return null;
    taken.add(editor).add(user);
    return { editor, user };
  };
  return ({ name, role }) => {
    count += 1;
    for (const one of name === undefined ? called[role] : [name]) {
      const given = take(one, one);
      if (given) return given;
    }
    for (let number = name === undefined ? count : 2; ; number += 1) {
      const given =
        name === undefined
          ? take(`editor-${number}`, `person-${number}`)
          : take(`${name}-${number}`, `${name}-${number}`);
      if (given) return given;
    }
  };
}
