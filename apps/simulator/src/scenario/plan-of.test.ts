import { books, checkBody, emptyBody, parseFields } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import type { Plan, Step } from './plan.js';
import { planOf, tooMuch } from './plan-of.js';
import { readScenario } from './read.js';
import { readyScenarios } from './ready.js';
import type { Scenario } from './scenario.js';
import { sentenceOf } from './steps.js';

const scenarioOf = (text: string): Scenario => {
  const read = readScenario(text, 'test');
  if (read.kind === 'wrong') throw new Error(read.errors.join('\n'));
  return read.scenario;
};
const ready = [...readyScenarios.values()];
const [usual] = ready as [Scenario];

function by(plan: Plan): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  for (const step of plan.steps) steps.set(step.who ?? 'server', [...(steps.get(step.who ?? 'server') ?? []), step]);
  return steps;
}
const texts = (plan: Plan): string[] => plan.steps.map((step) => `${step.at} ${sentenceOf(step)}`);

describe('a seed is a plan', () => {
  it('the same one each time, and another one for another seed', () => {
    for (const scenario of ready) {
      const plan = planOf(scenario, { seed: 7 });
      expect(JSON.stringify(planOf(scenario, { seed: 7 }))).toBe(JSON.stringify(plan));
      expect(planOf(scenario, { seed: 8 }).steps).not.toEqual(plan.steps);
    }
  });

  it('the same one on every machine', () => {
    const plan = planOf(usual, { seed: 7, editors: 3, records: 2, duration: 3_000 });
    expect(texts(plan)).toMatchInlineSnapshot(`
      [
        "26 vic: look at book-1",
        "335 ben: reload",
        "912 ana: open book-1",
        "1305 ana: type book-1 publishedYear 2199",
        "2276 ben: open book-1",
        "2430 vic: open book-1",
        "2764 ana: type book-1 series "w1"",
      ]
    `);
  });
});

describe('what people do makes sense', () => {
  it.each(ready.map((scenario) => [scenario.name, scenario] as const))(
    '%s: nobody types or saves before opening',
    (_, scenario) => {
      const plan = planOf(scenario, { seed: 3 });
      for (const steps of by(plan).values()) {
        const open = new Set<string>();
        const typed = new Set<string>();
        for (const step of steps) {
          if (step.who === null) continue;
          const { action } = step;
          if (action.do === 'open') open.add(action.record);
          if (action.do === 'close') open.delete(action.record);
          if (action.do === 'type') {
            expect(open).toContain(action.record);
            typed.add(action.record);
          }
          if (action.do === 'save') {
            expect(typed).toContain(action.record);
            typed.delete(action.record);
          }
        }
      }
      expect(plan.steps.filter(({ at }) => at > plan.duration)).toEqual([]);
    },
  );

  it('whoever goes offline comes back', () => {
    for (const steps of by(planOf(usualOf('offline-returns'), { seed: 5 })).values()) {
      const went = steps.flatMap((step) =>
        step.who !== null && (step.action.do === 'offline' || step.action.do === 'online') ? [step.action.do] : [],
      );
      expect(went).toEqual(went.map((_, index) => (index % 2 === 0 ? 'offline' : 'online')));
      expect(went.length % 2).toBe(0);
    }
  });

  it('who only reads writes nothing', () => {
    const plan = planOf(
      scenarioOf(
        'people: [{ count: 1 }, { role: viewer, weights: { open: 1, type: 5, save: 5, delete: 5, create: 5 } }]',
      ),
      { seed: 1 },
    );
    expect(
      new Set(
        by(plan)
          .get('vic')
          ?.map((step) => step.who !== null && step.action.do),
      ),
    ).toEqual(new Set(['open', 'close']));
  });

  it('each value is typed once, and the store takes it', () => {
    const scenario = scenarioOf(
      'people: [{ count: 40, every: 20ms, weights: { open: 1, type: 10, save: 3, create: 1 } }]\nduration: 5s\nrecords: 2',
    );
    const typed = planOf(scenario, { seed: 1 }).steps.flatMap((step) => {
      if (step.who === null) return [];
      const { action } = step;
      if (action.do === 'create') return Object.entries(action.fields);
      if (action.do !== 'type') return [];
      return [[action.field, action.value.as === 'word' ? action.value.word : action.value.value] as const];
    });
    expect(typed.length).toBeGreaterThan(4_000);
    const told = typed.map(([field, value]) => `${typeof value === 'number' ? field : ''} ${String(value)}`);
    expect(new Set(told).size).toBe(told.length);
    for (const [field, value] of typed) {
      const stored = Array.isArray(books.fields[field]?.empty) && typeof value === 'string' ? [value] : value;
      expect(parseFields(books, { [field]: stored })).toEqual({ kind: 'ok', value: { [field]: stored } });
    }
  });

  it('apart, each has fields of their own', () => {
    const fields = [...by(planOf(usualOf('disjoint-fields'), { seed: 2 })).values()].map(
      (steps) =>
        new Set(steps.flatMap((step) => (step.who !== null && step.action.do === 'type' ? [step.action.field] : []))),
    );
    const all = fields.flatMap((some) => [...some]);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the records that a run begins with', () => {
  it('are as the store wants them', () => {
    for (const scenario of ready) {
      for (const { fields } of planOf(scenario, { seed: 1 }).records) {
        expect(checkBody(books, { ...emptyBody(books), ...(fields as Record<string, string>) })).toEqual([]);
        expect(parseFields(books, fields)).toEqual({ kind: 'ok', value: fields });
      }
    }
  });

  it('are as many as is said, save those that steps may speak of', () => {
    const count = (text: string, records: number) =>
      planOf(scenarioOf(text), { seed: 1, records }).records.map(({ record }) => record);
    expect(count('people: [{}]\nrecords: [{ title: Dune }]', 3)).toEqual(['book-1', 'book-2', 'book-3']);
    expect(count('people: [{}]\nrecords: { book-2: { title: Dune } }', 3)).toEqual(['book-2', 'book-1', 'book-3']);
    expect(count('people: [{}]\nrecords: 9', 2)).toEqual(['book-1', 'book-2']);
    expect(count('steps: [{ ana: open book-2 }]\nrecords: 3', 1)).toEqual(['book-1', 'book-2', 'book-3']);
  });
});

describe('who is there', () => {
  it('--editors is shared out as the scenario counts, and few users have many pages', () => {
    const plan = planOf(usual, { seed: 1, editors: 100 });
    expect(plan.editors).toHaveLength(100);
    expect(new Set(plan.editors.map(({ name }) => name)).size).toBe(100);
    expect(plan.users.length).toBeLessThanOrEqual(60);
    const roles = new Map(plan.users.map(({ user, role }) => [user, role]));
    expect(plan.editors.filter(({ user }) => roles.get(user) === 'viewer')).toHaveLength(9);
    expect(plan.users.filter(({ role }) => role === 'viewer').length).toBeGreaterThan(2);
    expect(plan.editors.slice(0, 3).map(({ name }) => name)).toEqual(['ana', 'ben', 'chloe']);
  });

  it('every group has somebody, as far as there is anybody', () => {
    for (const editors of [1, 2, 3, 4, 2_000]) {
      const plan = planOf(usual, { seed: 1, editors, duration: 500 });
      expect(plan.editors).toHaveLength(editors);
      expect(plan.users.some(({ role }) => role === 'viewer')).toBe(editors >= 3);
    }
  });

  it('a person may have several pages, and people are called as the scenario says', () => {
    const plan = planOf(
      scenarioOf(
        'editors: { ana: {}, phone: { user: ana } }\npeople: [{ count: 2, pages: 2 }, { name: import, count: 2 }]',
      ),
      { seed: 1 },
    );
    expect(plan.editors.map(({ name, user }) => `${name} ${user}`)).toEqual([
      'ana ana',
      'phone ana',
      'ben ben',
      'chloe ben',
      'import import',
      'import-2 import-2',
    ]);
    expect(plan.users.map(({ user }) => user)).toEqual(['ana', 'ben', 'import', 'import-2']);
  });

  it('clocks are off by as much as the faults say, either way', () => {
    const { editors } = planOf(
      scenarioOf('editors: { zoe: { skew: -3s } }\npeople: [{ count: 30 }]\nfaults: { skew: 2s }'),
      { seed: 1 },
    );
    const skews = editors.map(({ skew }) => skew);
    expect(skews[0]).toBe(-3_000);
    expect(skews.slice(1).every((skew) => Math.abs(skew) <= 2_000)).toBe(true);
    expect(skews.slice(1).some((skew) => skew < 0) && skews.some((skew) => skew > 0)).toBe(true);
  });
});

describe('when', () => {
  it('--rate says how much all do together, --duration for how long', () => {
    const plan = planOf(usual, { seed: 1, editors: 50, rate: 200, duration: 10_000 });
    const acts = new Set(plan.steps.map(({ who, at }) => `${who} ${at}`)).size;
    expect(acts).toBeGreaterThan(1_700);
    expect(acts).toBeLessThan(2_300);
    expect(plan.duration).toBe(10_000);
    expect(tooMuch(usual, { rate: 1_000_000 })).toMatch(/a lower rate/);
    expect(tooMuch(usual, { editors: 2_000, duration: 60_000 })).toBeNull();
  });

  it('what befalls the server keeps its place in a shorter run', () => {
    const { steps } = planOf(usualOf('reconnect-storm'), { seed: 1, duration: 3_000 });
    expect(steps.filter(({ who }) => who === null).map((step) => `${step.at} ${sentenceOf(step)}`)).toEqual([
      '1000 server: kill server',
      '1200 server: restart server',
    ]);
  });

  it('a story goes on in its order; one with times, by them', () => {
    const story = planOf(scenarioOf('steps:\n  - ana: open book-1\n  - ben: open book-1\n  - server: kill server'), {
      seed: 1,
    });
    expect(story).toMatchObject({ pace: 'order', duration: 0 });
    expect(texts(story)).toEqual(['0 ana: open book-1', '0 ben: open book-1', '0 server: kill server']);
    const timed = planOf(
      scenarioOf(
        'steps:\n  - ana: at 300ms open book-1\n  - ana: leave\n  - ben: at 100ms open book-1\nevents: [{ at: 2s, do: kill server }]',
      ),
      { seed: 1 },
    );
    expect(timed).toMatchObject({ pace: 'times', duration: 2_000 });
    expect(texts(timed)).toEqual([
      '100 ben: open book-1',
      '300 ana: open book-1',
      '300 ana: leave',
      '2000 server: kill server',
    ]);
  });

  it('who is not there in a smaller run is passed over', () => {
    const plan = planOf(usualOf('presence-storm'), { seed: 1, editors: 1 });
    expect(plan.steps.filter(({ who }) => who === null)).toEqual([]);
  });
});

function usualOf(name: string): Scenario {
  const scenario = readyScenarios.get(name);
  if (!scenario) throw new Error(`There is no ${name}.`);
  return scenario;
}
