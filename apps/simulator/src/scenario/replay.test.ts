import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from './plan.js';
import { planOf } from './plan-of.js';
import { readScenario } from './read.js';
import { readyScenarios } from './ready.js';
import { scenarioOfPlan } from './replay.js';

function again(plan: Plan, broke?: string): Plan {
  const read = readScenario(scenarioOfPlan(plan, broke), 'file');
  if (read.kind === 'wrong') throw new Error(read.errors.join('\n'));
  expect(read.scenario.broke).toBe(broke);
  return planOf(read.scenario, { seed: read.scenario.seed ?? -1 });
}

const story: Plan = planOf(
  (() => {
    const read = readScenario(
      `
name: a story
records: [{ title: 'Dune: the "first" one', notes: "a\\nb # c" }]
editors: { ana: { choose: { mine: 1 } }, phone: { user: ana, role: manager }, vic: { role: viewer } }
nodes: 2
steps:
  - ana: type book-1 title "Dune"
  - phone: 'create book-9 {"title": "Emma: a novel"}'
  - server: kill server 2
  - vic: wait for version 2 of book-1
`,
      'story',
    );
    if (read.kind === 'wrong') throw new Error(read.errors.join('\n'));
    return read.scenario;
  })(),
  { seed: 11 },
);

describe('a plan that is written down is the same plan when it is read', () => {
  it.each([...readyScenarios.keys()])('%s', (name) => {
    const scenario = readyScenarios.get(name);
    if (!scenario) throw new Error(`There is no ${name}.`);
    const plan = planOf(scenario, { seed: 42, duration: 3_000 });
    expect(JSON.stringify(again(plan, 'V2: "lost"\nand more'))).toBe(JSON.stringify(plan));
  });

  it('of a story without times, and with half of it taken away', () => {
    expect(again(story)).toEqual(story);
    const some = {
      ...story,
      users: [...story.users].reverse(),
      editors: story.editors.slice(1),
      steps: story.steps.slice(3),
    };
    expect(again(some)).toEqual(some);
  });

  it('where no record is left but those that are made', () => {
    const left: Plan = { ...story, records: [], steps: story.steps.slice(1, 2) };
    expect(again(left)).toEqual(left);
  });

  it('where what made a record was taken away', () => {
    const left: Plan = {
      ...story,
      records: story.records.slice(0, 1),
      steps: [{ at: 0, who: 'ana', action: { do: 'open', record: 'book-9' } }],
    };
    expect(again(left)).toEqual(left);
  });

  it('whatever was typed', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a: b', ' # c', '- d', '{', "'", '\u0085', '\u2028', '~', 'on'),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (values) => {
        const steps = values.map((value, at) => ({
          at,
          who: 'ana',
          action: { do: 'type' as const, record: 'book-1', field: 'title', value: { as: 'value' as const, value } },
        }));
        const plan: Plan = { ...story, pace: 'times', duration: steps.length, steps };
        expect(again(plan)).toEqual(plan);
      }),
      { numRuns: 20 },
    );
  });
});

it('a person can read it', () => {
  expect(scenarioOfPlan(story, 'V2: a value was lost')).toMatchInlineSnapshot(`
    "name: a story
    broke: "V2: a value was lost"
    seed: 11
    nodes: 2
    duration: 0ms
    records:
      book-1:
        title: 'Dune: the "first" one'
        notes: |-
          a
          b # c
    editors:
      ana: { role: manager, choose: { mine: 1 } }
      phone: { user: ana, role: manager }
      vic: { role: viewer }
    steps:
      - ana: type book-1 title "Dune"
      - phone: 'create book-9 {"title":"Emma: a novel"}'
      - server: kill server 2
      - vic: wait for version 2 of book-1
    "
  `);
});
