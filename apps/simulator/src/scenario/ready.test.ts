import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultScenario, readyScenarios } from './ready.js';

it('each file of the folder is a ready scenario, named and told about', () => {
  const files = readdirSync(new URL('../../scenarios/', import.meta.url));
  expect([...readyScenarios.keys()].map((name) => `${name}.yaml`).sort()).toEqual(files.sort());
  for (const [name, scenario] of readyScenarios) {
    expect(scenario.name).toBe(name);
    expect(scenario.about).toMatch(/\.$/);
  }
  expect(readyScenarios.has(defaultScenario)).toBe(true);
});
