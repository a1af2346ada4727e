import { type ProblemName, problem, problemKinds, problemType } from '@stet/protocol';
import type { Route } from '../../door/route.js';
import { isCreate, isItem, isScoped, isStreaming, isWrite } from './kinds.js';
import { refTo } from './schemas.js';
import type { DescribedAnswer } from './types.js';

// How a request can be refused follows from the kind of route that it is.

export function refusalsOf(route: Route): ProblemName[] {
  return [
    'malformed',
    'unauthenticated',
    'foreign-origin',
    ...pick(isWrite(route), 'forbidden'),
    ...pick(isScoped(route), 'not-found'),
    ...pick(isCreate(route), 'id-in-use'),
    ...pick(isItem(route), 'gone'),
    ...pick(route.path.endsWith('/changes'), 'reset'),
    ...pick(route.guarded === true, 'stale-version', 'version-missing'),
    // A body that nobody asked for is read, and judged, all the same.
    'too-large',
    'unsupported-media-type',
    ...pick(route.body !== undefined, 'invalid'),
    ...pick(isWrite(route), 'key-reused'),
    'headers-too-large',
    ...pick(isStreaming(route), 'too-many-requests'),
    ...(route.refuses ?? []),
    'internal',
    'unavailable',
  ];
}

const pick = (condition: boolean, ...names: ProblemName[]): ProblemName[] => (condition ? names : []);

/** The refusals as answers, those with one status together. */
export function refused(names: readonly ProblemName[]): Record<string, DescribedAnswer> {
  const answers: Record<string, DescribedAnswer> = {};
  for (const { status } of names.map((name) => problemKinds[name])) {
    const same = names.filter((name) => problemKinds[name].status === status);
    answers[status] = {
      description: same.map((name) => `${problemKinds[name].title} (${problemType(name)})`).join('; '),
      content: { 'application/problem+json': contentOf(same) },
    };
  }
  return answers;
}

function contentOf(names: readonly ProblemName[]) {
  if (names.includes('stale-version')) return { schema: refTo('Stale') };
  const examples = Object.fromEntries(names.map((name) => [name, { value: problem(name) }]));
  return { schema: refTo('Problem'), examples };
}
