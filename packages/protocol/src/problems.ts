// Every refusal that Stet knows, said once: HTTP, the socket, the client's texts, OpenAPI and the docs read this table.

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** One sentence for the reader of the documentation: when it comes, and what to do. */
  readonly about: string;
}

const table = {
  malformed: {
    status: 400,
    title: 'The request could not be read',
    about: 'The body is not JSON, or a parameter has the wrong form. Mend it and send it again.',
  },
  unauthenticated: {
    status: 401,
    title: 'Nobody is signed in',
    about: 'The session or token is missing, ended or revoked. Sign in again; unsaved work is kept.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'Name and password do not fit',
    about: 'The user does not exist or the password is another; which of the two is not told.',
  },
  forbidden: {
    status: 403,
    title: 'Your role does not allow this',
    about: 'You can read this workspace, but the action asks for a higher role.',
  },
  'foreign-origin': {
    status: 403,
    title: 'Another site sent this request',
    about: 'The Origin is not in STET_ORIGINS. Browsers send it for pages of other sites.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    about: 'The path or record does not exist, or is not yours to see; the two are not told apart.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This path does not know the method',
    about: 'The Allow header lists the methods that it knows.',
  },
  'timed-out': {
    status: 408,
    title: 'The request took too long to arrive',
    about: 'Headers or body did not come in time. Nothing was changed; send it again.',
  },
  'id-in-use': {
    status: 409,
    title: 'The id is taken',
    about: 'A record with this id exists or existed. A destroyed one comes back only by restore (V5).',
  },
  gone: {
    status: 410,
    title: 'The record was destroyed',
    about: 'The answer names the tombstone’s version; a restore based on it brings the record back.',
  },
  reset: {
    status: 410,
    title: 'The log cannot prove what came before',
    about:
      'The cursor proves nothing here: `reason` says why (`epoch`, `pruned`, `ahead` or `malformed`). Read the list anew and go on from its cursor.',
  },
  'stale-version': {
    status: 412,
    title: 'The record has moved on',
    about:
      'Nothing was written. The answer holds base, current, the changes between them and a verdict for each field: a person decides.',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    about: 'Nothing was read beyond the limit and nothing was changed.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'This content type is not understood',
    about: 'Send application/json, or application/merge-patch+json with PATCH.',
  },
  invalid: {
    status: 422,
    title: 'Some values cannot be accepted',
    about: 'The list errors names each path and what is wrong with it. Nothing was changed.',
  },
  'key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another write',
    about: 'A key stands for one write. Send a new one with other content; nothing was changed.',
  },
  'version-missing': {
    status: 428,
    title: 'Say which version your change is based on',
    about: 'Send If-Match with the etag that you read. There is no force: * counts as missing (V3, V4).',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    about: 'Wait as long as Retry-After says.',
  },
  'headers-too-large': {
    status: 431,
    title: 'A header is too long',
    about: 'Headers have bounds: see the OpenAPI description.',
  },
  internal: {
    status: 500,
    title: 'Stet failed',
    about: 'A defect of Stet. The answer’s requestId finds it in the log; nothing half-done was kept.',
  },
  unavailable: {
    status: 503,
    title: 'Not ready at the moment',
    about: 'The server is stopping or its store is busy. Send the request again after Retry-After seconds.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof table;

/** The table above, open to iteration: documentation and OpenAPI are drawn from it. */
export const problemKinds: Readonly<Record<ProblemName, ProblemKind>> = table;

export interface InputIssue {
  /** Dotted path inside the input, such as `authors.0`; empty for the input as a whole. */
  path: string;
  message: string;
}

/** An error answer after RFC 9457, served as `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: InputIssue[];
  [extension: string]: unknown;
}

export const problemType = (name: ProblemName): string => `/problems/${name}`;

/** Makes the answer for one row of the table; `extra` holds members that this kind documents. */
export function problem(name: ProblemName, detail?: string, extra: Record<string, unknown> = {}): Problem {
  const { status, title, about } = table[name];
  return { type: problemType(name), title, status, detail: detail ?? about, ...extra };
}

/** Which row of the table a received problem is, whatever server it came from. */
export function problemName(received: { type?: unknown }): ProblemName | null {
  const name = typeof received.type === 'string' ? received.type.split('/').at(-1) : undefined;
  return name !== undefined && Object.hasOwn(table, name) ? (name as ProblemName) : null;
}
