import type { Broken } from '../checker/verdict.js';
import type { Plan } from '../scenario/plan.js';
import { scenarioOfPlan } from '../scenario/replay.js';

/** The file that runs a plan again, with what it broke above. */
export function replayOf(plan: Plan, { rule, what }: Broken): string {
  const line = (text: string): string => `# ${text.replace(/\s+/g, ' ').trim()}\n`;
  const broke = `${rule}: ${what}`;
  return `${line(`It broke ${broke}`)}${line(`Seed ${plan.seed}, of the scenario ${plan.scenario}.`)}${scenarioOfPlan(plan, broke)}`;
}
