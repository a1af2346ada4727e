import { readFile } from 'node:fs/promises';
import {
  couchStage,
  inProcessStage,
  ownStage,
  type Plan,
  runningStage,
  type Stage,
  tutorialStage,
} from '@stet/simulator';
import type { Ending } from '../ending.js';
import { note } from '../terminal.js';
import type { Where } from './asked.js';
import { castOf } from './cast.js';

// Where the plan is run, and the plan as it can be run there. What starts servers is loaded only where it is asked for.

export type Staged = { kind: 'staged'; stage: Stage; plan: Plan } | (Ending & { kind: 'wrong' });

export async function staged(where: Where, plan: Plan): Promise<Staged> {
  switch (where.kind) {
    case 'own': {
      const { startOwn } = await import('../../simulate/own-servers.js');
      return { kind: 'staged', plan, stage: ownStage((options) => startOwn({ ...options, testMode: false })) };
    }
    case 'in-process': {
      const { startCore } = await import('../../core/start-core.js');
      return { kind: 'staged', plan, stage: inProcessStage(startCore) };
    }
    case 'tutorial':
      return { kind: 'staged', plan, stage: tutorialStage() };
    case 'couchdb':
      return { kind: 'staged', plan, stage: couchStage(where.url) };
    case 'running':
      return running(where, plan);
  }
}

async function running({ url, tokens: file, workspace }: Where & { kind: 'running' }, plan: Plan): Promise<Staged> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return { kind: 'wrong', message: `The tokens cannot be read: ${(error as Error).message}.` };
  }
  const tokens = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const { runningServer } = await import('../../simulate/running-server.js');
  const server = await runningServer({ url, tokens, workspace });
  const cast = castOf(plan, server.users);
  if (cast.kind === 'missing') {
    return {
      kind: 'wrong',
      message: `"${plan.scenario}" takes somebody who may do as a ${cast.role} does: none of the tokens is.`,
    };
  }
  for (const role of cast.above)
    note(`Not every ${role} has a token of their own: some are played by users who may do more.`);
  return { kind: 'staged', plan: cast.plan, stage: runningStage(server, workspace) };
}
