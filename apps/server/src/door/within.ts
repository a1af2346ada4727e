import type { Resource } from '@stet/protocol';
import type { Answer } from './answer.js';
import { noQuery, readQuery } from './query.js';
import type { Asked } from './route.js';
import { type ResourceScope, resourceScope, type Scope, workspaceScope } from './scope.js';

// Asks who may, then the answer itself: no route of a workspace or resource answers without.

export type Within = (asked: Asked, scope: ResourceScope) => Promise<Answer>;

export const within = (resource: Resource, need: 'read' | 'write', answer: Within) => async (asked: Asked) => {
  const scoped = await resourceScope(asked, resource, need);
  return scoped.kind === 'in' ? answer(asked, scoped.scope) : scoped.answer;
};

export type WithinWorkspace = (asked: Asked, scope: Scope) => Promise<Answer>;

/** For what concerns the workspace as a whole, and knows no parameters. */
export const withinWorkspace = (answer: WithinWorkspace) => async (asked: Asked) => {
  const scoped = await workspaceScope(asked);
  if (scoped.kind === 'out') return scoped.answer;
  const query = readQuery(noQuery, asked.request.query);
  return query.kind === 'ok' ? answer(asked, scoped.scope) : query.answer;
};
