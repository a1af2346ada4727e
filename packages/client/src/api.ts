import { type Problem, type ProblemName, problem, problemName } from '@stet/protocol';

// The REST side: one request, one answer, never an exception. A refusal is an answer; so is a server out of reach.

export type Answer =
  | { kind: 'ok'; status: number; body: unknown; headers: Headers }
  /** `lost`: an earlier try got no answer, and this one says nothing of whether that was done. */
  | { kind: 'refused'; problem: Problem; headers: Headers; lost?: true }
  | { kind: 'unreachable'; detail: string };

export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base, such as `/workspaces/catalogue/books`. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** It is to arrive though the page is being left (fetch's `keepalive`). */
  last?: true;
}

export interface ApiOptions {
  /** Such as `/api`, or `http://localhost:4000/api` outside of a page. */
  base: string;
  fetch?: typeof fetch;
  /** Sent with each request: a bearer token, for a program. */
  headers?: Record<string, string>;
}

export type Api = (ask: Ask) => Promise<Answer>;

export function createApi({ base, fetch: fetching = (...call) => fetch(...call), headers = {} }: ApiOptions): Api {
  return async ({ method, path, headers: own, body, last = false }) => {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      const response = await fetching(`${base}${path}`, {
        method,
        headers: { ...headers, ...content, ...own },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(last ? { keepalive: true } : {}),
      });
      return answerOf(response.status, response.headers, await read(response));
    } catch (error) {
      return { kind: 'unreachable', detail: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** What a status means, whichever way it came. */
export function answerOf(status: number, headers: Headers, body: unknown): Answer {
  if ((status >= 200 && status < 300) || status === 304) return { kind: 'ok', status, body, headers };
  return { kind: 'refused', problem: asProblem(body, status), headers };
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return isJson ? JSON.parse(text) : text;
}

/** Something between us and the server may answer in its own words: then only the status is known. */
function asProblem(answer: unknown, status: number): Problem {
  if (typeof answer === 'object' && answer !== null && 'type' in answer && 'status' in answer) return answer as Problem;
  return { ...problem('unavailable', `The answer ${status} did not come from Stet.`), status };
}

const passing = new Set([502, 503, 504]);

/** It could not be taken at the moment, or nobody was there to take it: asked again, it may be. */
export const isPassing = (answer: Answer): boolean =>
  answer.kind === 'unreachable' || (answer.kind === 'refused' && passing.has(answer.problem.status));

/** Whether nothing is known of what became of it: it may have been done. */
export const isUnknown = (answer: Answer): boolean =>
  answer.kind === 'unreachable' || (answer.kind === 'refused' && (answer.lost || answer.problem.status >= 500));

// Whoever it was that said more: nobody stays away from us for longer.
const longest = 60_000;

/** Milliseconds to wait that the server asks for (RFC 9110, section 10.2.3); null where it says nothing of it. */
export function retryAfter(answer: Answer, now = Date.now()): number | null {
  const said = answer.kind === 'unreachable' ? null : answer.headers.get('retry-after');
  if (said === null) return null;
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now;
  return Number.isNaN(ms) ? null : Math.min(longest, Math.max(0, ms));
}

/** The browser knows of no network. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false;

const finals = new Set<ProblemName | null>([
  'malformed',
  'invalid',
  'too-large',
  'version-missing',
  'key-reused',
  'id-in-use',
  'stale-version',
  'gone',
]);

/** Refusals by which a write is known not to have been made, by no try: the server looked for its key first. */
export const isFinal = (problem: Problem): boolean => finals.has(problemName(problem));

/** The answer to a further try, after one without an answer. */
export const asLost = (answer: Answer): Answer =>
  answer.kind === 'refused' && !isFinal(answer.problem) ? { ...answer, lost: true } : answer;

/** There is somebody who can't at the moment, or nobody. */
export type WhyPassing = 'busy' | 'unreachable';

export const whyPassing = (answer: Answer): WhyPassing =>
  answer.kind === 'refused' && answer.problem.status === 503 ? 'busy' : 'unreachable';

export const passingWords: Record<WhyPassing, string> = {
  busy: 'The server is not ready.',
  unreachable: 'The server cannot be reached.',
};

/** Why it was not done, in words for a person. */
export const detailOf = (answer: Exclude<Answer, { kind: 'ok' }>): string =>
  answer.kind === 'unreachable' || isPassing(answer) ? passingWords[whyPassing(answer)] : answer.problem.detail;
