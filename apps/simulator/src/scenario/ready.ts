import { readFileSync } from 'node:fs';
import { readScenario } from './read.js';
import type { Scenario } from './scenario.js';

// The scenarios that everybody has: files like those of a tester, beside the sources, so that they can be read and copied.

const names = [
  'hot-record',
  'disjoint-fields',
  'long-text',
  'delete-and-edit',
  'import-against-people',
  'offline-returns',
  'presence-storm',
  'reconnect-storm',
] as const;

/** Two folders up both from here and from what is compiled. */
const textOf = (name: string): string => readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8');

function ready(name: string): Scenario {
  const read = readScenario(textOf(name), name);
  if (read.kind === 'wrong') throw new Error(`scenarios/${name}.yaml: ${read.errors.join('; ')}`);
  return read.scenario;
}

/** By name, the most usual first. */
export const readyScenarios: ReadonlyMap<string, Scenario> = new Map(names.map((name) => [name, ready(name)]));

export const defaultScenario = 'hot-record' satisfies (typeof names)[number];
