import { type InputIssue, type ProblemName, problem } from '@stet/protocol';

// The library's refusals in Stet's words: one table of problems for every part of the service.

/** What goes back, and which row of the problem table it is, if any. */
export interface Answer {
  refusal: ProblemName | null;
  response: Response;
}

export interface RefusalMore {
  detail?: string;
  errors?: InputIssue[];
  headers?: Record<string, string>;
}

export function refuse(refusal: ProblemName, { detail, errors, headers }: RefusalMore = {}): Answer {
  const body = problem(refusal, detail, errors ? { errors } : {});
  const response = new Response(JSON.stringify(body), {
    status: body.status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
  });
  return { refusal, response };
}

/** Passes what went well; a refusal keeps its cookies and gets Stet's form. */
export async function answerOf(response: Response, signingIn: boolean): Promise<Answer> {
  if (response.status < 400) return { refusal: null, response };
  const { code, message } = await readError(response);
  const { name, ...more } = translate(response.status, code, message, signingIn);
  const answer = refuse(name, more);
  for (const cookie of response.headers.getSetCookie()) answer.response.headers.append('set-cookie', cookie);
  return answer;
}

async function readError(response: Response): Promise<{ code: string; message: string }> {
  const body: unknown = await response.json().catch(() => null);
  const has = (key: string) => {
    const value = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { code: has('code'), message: has('message') };
}

const byStatus: Readonly<Record<number, ProblemName>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

const originCodes = ['INVALID_ORIGIN', 'MISSING_OR_NULL_ORIGIN', 'CROSS_SITE_NAVIGATION_LOGIN_BLOCKED'];

type Translated = { name: ProblemName; detail?: string; errors?: InputIssue[] };

function translate(status: number, code: string, message: string, signingIn: boolean): Translated {
  if (status >= 500) return { name: 'internal' };
  if (status === 401) return { name: signingIn ? 'wrong-credentials' : 'unauthenticated' };
  // What change-password says of the current one.
  if (code === 'INVALID_PASSWORD') return { name: 'wrong-credentials', detail: 'The current password is another.' };
  if (status === 403) return { name: originCodes.includes(code) ? 'foreign-origin' : 'forbidden' };
  const name = byStatus[status];
  if (name) return { name };
  return { name: 'invalid', ...(message ? { detail: message, errors: issuesIn(message) } : {}) };
}

/** The library joins its issues to one text: `[body.username] Invalid input: …; [body.password] …`. */
function issuesIn(message: string): InputIssue[] {
  return message.split(/; (?=\[)/).map((part) => {
    const [, path = '', text = part] = /^\[(?:body|query)\.?([^\]]*)\] (.*)$/s.exec(part) ?? [];
    return { path, message: text };
  });
}
