import { type Plant, startCore } from '@stet/server';
import { inProcessStage, planOf, play, type Ran, readyScenarios, type Scenario } from '@stet/simulator';
import { afterAll, describe, expect, test } from 'vitest';
import { type Planted, plants } from './planted/plants.js';

// The checker can fail: each of these faults, in a server that is otherwise whole, is found by the ready scenarios. And
// it does not cry wolf: the same scenarios hold on the server as it is.

const seed = 1;

async function run(scenario: Scenario, plant: Plant = {}): Promise<Ran> {
  const stage = inProcessStage((options) => startCore(options, plant));
  return play({ plan: planOf(scenario, { seed }), stage, transport: 'websocket' });
}

const table: string[] = [];
afterAll(() => {
  process.stdout.write(
    `\n| planted | found by | seed | rule | seconds |\n| --- | --- | --- | --- | --- |\n${table.join('\n')}\n`,
  );
});

test.each([...readyScenarios.values()])('$name: every rule holds on the server as it is', async (scenario) => {
  const { verdict } = await run(scenario);
  expect(verdict.holds ? [] : verdict.broken.map(({ rule, check, what }) => `${rule} ${check}: ${what}`)).toEqual([]);
});

/** One scenario after the other, until one refutes it. */
async function found({ plant }: Planted): Promise<{ scenario: string; rule: string; seconds: number } | null> {
  const began = performance.now();
  for (const scenario of readyScenarios.values()) {
    const { verdict } = await run(scenario, plant());
    const rule = verdict.holds ? undefined : verdict.broken[0]?.rule;
    if (rule) return { scenario: scenario.name, rule, seconds: (performance.now() - began) / 1_000 };
  }
  return null;
}

describe('a planted fault is found:', () => {
  test.each(plants)('$name', async (planted) => {
    const answer = await found(planted);
    if (answer) {
      const { scenario, rule, seconds } = answer;
      table.push(`| ${planted.name} | ${scenario} | ${seed} | ${rule} | ${seconds.toFixed(1)} |`);
    }
    expect(planted.rules).toContain(answer?.rule);
  });
});
