import type { Resource } from '@stet/protocol';
import type { Answer } from './answer.js';
import type { Asked } from './route.js';
import { type ResourceScope, resourceScope } from './scope.js';

// Asks who may, then the answer itself: no route of a resource answers without.

export type Within = (asked: Asked, scope: ResourceScope) => Promise<Answer>;

export const within = (resource: Resource, need: 'read' | 'write', answer: Within) => async (asked: Asked) => {
  const scoped = await resourceScope(asked, resource, need);
  return scoped.kind === 'in' ? answer(asked, scoped.scope) : scoped.answer;
};
