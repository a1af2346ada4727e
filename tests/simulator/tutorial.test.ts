// The architecture that tutorials teach, over a real server: it loses saved work, the checker says so, and what is left
// after shrinking is the story of how.
import {
  type Broken,
  type Plan,
  planOf,
  play,
  type Ran,
  readScenario,
  readyScenarios,
  replayOf,
  type Scenario,
  shrink,
  story,
  tutorialStage,
} from '@stet/simulator';
import { beforeAll, expect, test } from 'vitest';

const hotRecord = readyScenarios.get('hot-record') as Scenario;
const run = (plan: Plan): Promise<Ran> => play({ plan, stage: tutorialStage(), transport: 'http' });

/** The plan of a run that lost a save, what was found, and what is left of it. */
let ran: Ran;
let lost: Broken;
let small: Awaited<ReturnType<typeof shrink>>;

beforeAll(async () => {
  ran = await run(planOf(hotRecord, { seed: 1, editors: 6, records: 2, duration: 2_500, rate: 30 }));
  lost = lossIn(ran);
  const rerun = async (plan: Plan) => (await run(plan)).verdict;
  small = await shrink({ plan: ran.plan, broke: lost, rerun, budget: { runs: 80, ms: 60_000 } });
});

function lossIn({ verdict }: Ran): Broken {
  const loss = verdict.holds ? undefined : verdict.broken.find(({ check }) => check === 'lost-update');
  if (!loss) throw new Error(`No save was lost: ${JSON.stringify(verdict)}`);
  return loss;
}

test('[V2] within seconds the ready scenario hot-record shows that the last write wins over what others saved', () => {
  expect(lost.rule).toBe('V2');
  expect(story(lost, ran.events).join('\n')).toMatch(/is gone/);
  expect(lost.shown.filter((event) => event.kind === 'invoke' && event.op.do === 'update').length).toBe(2);
});

test('of all that people did a handful of steps is left, two people at one record', () => {
  const { plan } = small;
  expect(ran.plan.steps.length).toBeGreaterThan(40);
  expect(plan.steps.length).toBeLessThanOrEqual(6);
  expect([plan.pace, plan.editors.length, plan.records.length]).toEqual(['order', 2, 1]);
  expect(plan.steps.filter((step) => step.who !== null && step.action.do === 'save')).toHaveLength(2);
});

test('and the file that is written of it says what broke, and breaks it again', async () => {
  const text = replayOf(small.plan, small.broken);
  expect(text.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^# It broke V2: /),
    '# Seed 1, of the scenario hot-record.',
  ]);
  const read = readScenario(text, 'replay');
  if (read.kind === 'wrong') throw new Error(read.errors.join('\n'));
  const plan = planOf(read.scenario, { seed: read.scenario.seed ?? 0 });
  expect(plan).toEqual(small.plan);
  expect(lossIn(await run(plan)).rule).toBe('V2');
});

test('one person alone loses nothing there', async () => {
  const { verdict } = await run(planOf(hotRecord, { seed: 1, editors: 1, records: 2, duration: 600, rate: 30 }));
  expect(verdict).toMatchObject({ holds: true });
});
