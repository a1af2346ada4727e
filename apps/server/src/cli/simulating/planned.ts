import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  defaultScenario,
  type Plan,
  planOf,
  readScenario,
  readyScenarios,
  type Scenario,
  tooMuch,
} from '@stet/simulator';
import type { Ending } from '../ending.js';
import type { AskedRun } from './asked.js';

// From what was asked for to the plan: the scenario by its name or from its file, and what the flags say in its place.

export type Planned = { kind: 'planned'; plan: Plan; about: string; broke?: string } | (Ending & { kind: 'wrong' });

const refused = (message: string): Planned => ({ kind: 'wrong', message });

export async function planned(asked: AskedRun): Promise<Planned> {
  const read = await scenarioOf(asked.scenario ?? defaultScenario);
  if (read.kind === 'wrong') return read;
  const { nodes = read.scenario.nodes } = asked;
  const scenario = { ...read.scenario, nodes };
  const options = {
    ...(asked.editors === undefined ? {} : { editors: asked.editors }),
    ...(asked.records === undefined ? {} : { records: asked.records }),
    ...(asked.duration === undefined ? {} : { duration: asked.duration }),
    ...(asked.rate === undefined ? {} : { rate: asked.rate }),
  };
  const why = tooMuch(scenario, options);
  if (why !== null) return refused(why);
  // A replay holds the seed that it was made by. A short one is easier to tell somebody.
  const seed = asked.seed ?? scenario.seed ?? randomInt(1_000_000);
  const plan = planOf(scenario, { ...options, seed });
  const deed = plan.steps.find((step) => step.who === null);
  if (deed && asked.where.kind === 'running') {
    return refused(
      `In "${plan.scenario}" something befalls the server, or somebody’s access: only a server of its own is treated so. Leave out --url, or choose another scenario.`,
    );
  }
  const { about, broke } = scenario;
  return { kind: 'planned', plan, about, ...(broke === undefined ? {} : { broke }) };
}

type Read = { kind: 'ok'; scenario: Scenario } | (Ending & { kind: 'wrong' });

async function scenarioOf(name: string): Promise<Read> {
  const ready = readyScenarios.get(name);
  if (ready) return { kind: 'ok', scenario: ready };
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const known = [...readyScenarios.keys()].join(', ');
    const why =
      code === 'ENOENT' ? `There is no ready scenario and no file "${name}".` : `${name} cannot be read: ${message}.`;
    return { kind: 'wrong', message: `${why} Ready ones: ${known}.` };
  }
  const usual = name.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/, '');
  const read = readScenario(text, usual || name);
  if (read.kind === 'ok') return read;
  return { kind: 'wrong', message: `${name} is no scenario:\n${read.errors.map((error) => `  ${error}`).join('\n')}` };
}
