import { type Author, isEtag, problem, readPrecondition } from '@stet/protocol';
import * as z from 'zod';
import { type Answer, refuse } from './answer.js';
import type { Asked } from './route.js';

// What a write says of itself in its headers: who, on which version, started from which, and which write it is.

const shortHeader = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/);

/** `base`: 0 where none was named; null where it is of no log of ours. */
export type WriteHeaders =
  | { kind: 'ok'; base: number | null; started?: number; by: Author; key?: string }
  | { kind: 'refused'; answer: Answer };

const malformed = (detail: string): WriteHeaders => ({
  kind: 'refused',
  answer: refuse(problem('malformed', detail)),
});

/** Reads them for a log of this epoch. Whether a base is wanted at all is not judged here. */
export function writeHeaders({ who, request }: Asked, epoch: string): WriteHeaders {
  const { headers } = request;
  const bad = ['stet-connection', 'idempotency-key'].find(
    (name) => headers[name] !== undefined && !shortHeader.safeParse(headers[name]).success,
  );
  if (bad) return malformed(`${bad} holds 1 to 200 printable characters without blanks.`);
  const match = readPrecondition(headers['if-match'], epoch);
  if (match.kind === 'malformed') return malformed(match.detail);
  const start = readPrecondition(headers['stet-base'], epoch);
  if (start.kind === 'malformed') return malformed(`stet-base: ${start.detail}`);
  // It is sent so that somebody is told: what can't be read must not be passed over.
  if (headers['stet-base'] !== undefined && (start.kind === 'missing' || !isEtag(start.etag))) {
    return malformed('stet-base is no etag of a record. Leave it out where the edit started from what If-Match names.');
  }
  const base = match.kind === 'based' ? match.version : 0;
  // One of another epoch claims nothing: what it knows of is not in this log.
  const started = start.kind === 'based' ? start.version : null;
  if (base && started && started > base) {
    return malformed('stet-base is newer than if-match: nobody can start from a version that they have not seen.');
  }
  const key = headers['idempotency-key'];
  const connection = headers['stet-connection'];
  return {
    kind: 'ok',
    base,
    ...(started === null ? {} : { started }),
    by: { id: who.user.id, name: who.user.name, ...(connection ? { connection } : {}) },
    ...(key ? { key } : {}),
  };
}
