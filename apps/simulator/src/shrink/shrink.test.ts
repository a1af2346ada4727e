import { expect, test } from 'vitest';
import type { Broken, Verdict } from '../checker/verdict.js';
import { randomOf } from '../random.js';
import type { Plan, Step } from '../scenario/plan.js';
import { faultsSchema } from '../scenario/scenario.js';
import { shrink } from './shrink.js';

// The shrinker with runs that are none: a plan breaks where it holds what the test says.

const broken = (broke: Partial<Broken> = {}): Broken => ({
  rule: 'V2',
  check: 'lost-update',
  what: 'It is lost.',
  record: null,
  shown: [],
  ...broke,
});

const breaks = (isBroken: boolean, broke = broken()): Verdict =>
  isBroken
    ? { holds: false, broken: [broke], more: 0, passed: {}, unknown: [] }
    : { holds: true, passed: {}, unknown: [] };

const names = Array.from({ length: 20 }, (_, place) => `editor-${place + 1}`);
const records = Array.from({ length: 8 }, (_, place) => `book-${place + 1}`);

/** 500 steps of 20 editors at 8 records, with faults, and each with its word. */
function plan(pace: Plan['pace'] = 'times'): Plan {
  const random = randomOf(7);
  const steps = Array.from({ length: 500 }, (_, place): Step => {
    const [who, record] = [random.pick(names), random.pick(records)];
    const word = `w${place}`;
    return {
      at: place * 37,
      who,
      action: { do: 'type', record, field: 'summary', value: { as: 'word', word, at: 1 } },
    };
  });
  return {
    scenario: 'random',
    seed: 7,
    records: records.map((record) => ({ record, fields: { title: record, summary: 'long '.repeat(50), pages: 7 } })),
    users: names.map((name) => ({ user: name, role: 'editor' })),
    editors: names.map((name) => ({ name, user: name, skew: 30, choose: { mine: 1 } })),
    steps,
    pace,
    faults: faultsSchema.parse({ drop: 0.1, delay: [10, 200], skew: 100 }),
    nodes: 2,
    duration: 500 * 37,
  };
}

const wordsOf = ({ steps }: Plan): string[] =>
  steps.flatMap((step) =>
    step.who !== null && step.action.do === 'type' && step.action.value.as === 'word' ? [step.action.value.word] : [],
  );
const needs = (words: readonly string[]) => async (candidate: Plan) =>
  breaks(words.every((word) => wordsOf(candidate).includes(word)));
const budget = { runs: 1_000, ms: 60_000 };

test('of 500 steps the 3 that matter are left, and their saves, told as a story, with those who do them and nothing else', async () => {
  const { plan: small, runs } = await shrink({
    plan: plan(),
    broke: broken(),
    rerun: needs(['w40', 'w41', 'w444']),
    budget,
  });
  expect(wordsOf(small)).toEqual(['w40', 'w41', 'w444']);
  expect(small.steps.length).toBe(6);
  expect(small.pace).toBe('order');
  expect(new Set(small.editors.map(({ name }) => name))).toEqual(new Set(small.steps.map(({ who }) => who)));
  expect(small.users).toHaveLength(small.editors.length);
  expect(small.records.length).toBeLessThanOrEqual(3);
  expect(small.records.map(({ fields }) => Object.keys(fields))).toEqual(small.records.map(() => ['title']));
  expect(small.faults).toEqual(faultsSchema.parse({}));
  expect([small.nodes, ...small.editors.map(({ skew }) => skew)]).toEqual([1, ...small.editors.map(() => 0)]);
  expect(new Set(small.steps.map(({ at }) => at))).toEqual(new Set([0]));
  expect(runs).toBeLessThan(250);
});

test('who and what the rule was shown broken with is guessed first, and costs a few runs only', async () => {
  const whole = plan();
  const [first] = whole.steps.filter(({ who }) => who === 'editor-3');
  const record = first?.who && 'record' in first.action ? first.action.record : '';
  const word = wordsOf({ ...whole, steps: first ? [first] : [] });
  const shown = [{ kind: 'went', editor: 'editor-3', where: 'reload', at: (first?.at ?? 0) + 5 }] as const;
  const { plan: small, runs } = await shrink({
    plan: whole,
    broke: broken({ record, shown }),
    rerun: needs(word),
    budget,
  });
  expect(wordsOf(small)).toEqual(word);
  expect(runs).toBeLessThan(25);
});

test('where the moment matters it keeps to times, and makes them plain', async () => {
  const rerun = async (candidate: Plan) =>
    breaks(candidate.pace === 'times' && ['w40', 'w41'].every((word) => wordsOf(candidate).includes(word)));
  const { plan: small } = await shrink({ plan: plan(), broke: broken(), rerun, budget });
  expect([small.pace, small.steps.map(({ at }) => at), small.duration]).toEqual(['times', [0, 10, 10, 10], 10]);
});

test('keeps the fault that it takes, and the content', async () => {
  const rerun = async (candidate: Plan) =>
    breaks(candidate.faults.drop > 0 && candidate.records.some(({ fields }) => fields.pages === 7));
  const { plan: small } = await shrink({ plan: plan(), broke: broken(), rerun, budget });
  expect(small.faults).toEqual(faultsSchema.parse({ drop: 0.1 }));
  expect(small.records).toEqual([{ record: expect.any(String), fields: { title: expect.any(String), pages: 7 } }]);
  expect(small.steps).toEqual([]);
});

test('whoever is taken offline comes back, and a server that is killed is started again', async () => {
  const who = 'editor-1';
  const steps: Step[] = [
    { at: 0, who, action: { do: 'offline' } },
    { at: 1, who: null, event: { do: 'kill', node: 0 } },
    { at: 2, who, action: { do: 'save', record: 'book-1' } },
    { at: 3, who: null, event: { do: 'restart', node: 0 } },
    { at: 4, who, action: { do: 'online' } },
  ];
  const seen: string[] = [];
  const rerun = async (candidate: Plan) => {
    const has = (what: string) =>
      candidate.steps.some((step) => (step.who === null ? step.event.do === what : step.action.do === what));
    seen.push(['offline', 'online', 'kill', 'restart'].filter(has).join(' '));
    return breaks(has('offline') && has('online'));
  };
  const { plan: small } = await shrink({ plan: { ...plan('order'), steps }, broke: broken(), rerun, budget });
  expect(small.steps.map((step) => (step.who === null ? step.event.do : step.action.do))).toEqual([
    'offline',
    'online',
  ]);
  expect(seen).not.toContain('offline online kill');
});

test('another rule that breaks, or another check, is not the same', async () => {
  const seen: Verdict[] = [];
  const rerun = async (candidate: Plan) => {
    const isWhole = wordsOf(candidate).length === 500;
    const verdict = breaks(true, broken(isWhole ? {} : seen.length % 2 ? { rule: 'L1' } : { check: 'other' }));
    seen.push(verdict);
    return verdict;
  };
  const { plan: small } = await shrink({ plan: plan(), broke: broken(), rerun, budget: { runs: 100, ms: 60_000 } });
  expect(small.steps).toHaveLength(500);
  expect(seen.length).toBeGreaterThan(10);
});

test('never runs more often than it may, says how far it is, and ends with the smallest that broke', async () => {
  const progress: number[] = [];
  const ran: Plan[] = [];
  const rerun = async (candidate: Plan) => {
    ran.push(candidate);
    return needs(['w40', 'w41', 'w444'])(candidate);
  };
  const { plan: small, runs } = await shrink({
    plan: plan(),
    broke: broken(),
    rerun,
    budget: { runs: 12, ms: 60_000 },
    onProgress: ({ runs }) => progress.push(runs),
  });
  expect([runs, ran.length, progress]).toEqual([12, 12, Array.from({ length: 12 }, (_, place) => place + 1)]);
  expect(ran).toContain(small);
  expect(small.steps.length).toBeLessThan(500);
  expect(await shrink({ plan: plan(), broke: broken(), rerun, budget: { runs: 100, ms: 0 } })).toMatchObject({
    runs: 0,
  });
});

test('and is the same each time', async () => {
  const asked = { plan: plan(), broke: broken(), rerun: needs(['w3', 'w200']), budget };
  expect(await shrink(asked)).toEqual(await shrink(asked));
});
