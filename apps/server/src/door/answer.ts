import { etagOf, type Problem, quoted, type StetRecord } from '@stet/protocol';
import type { Stored, Workspace } from '@stet/store';
import type { Identity } from '../auth/identity.js';
import type { From } from './from.js';

// What the door says, before a transport puts it into bytes.

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON, or undefined for an answer without a body. */
  body?: unknown;
}

/**
 * An answer that goes on: a workspace's changes from there on, as they come, for a transport that can carry them. Who
 * asked may hear them now; from here on the hub asks.
 */
export interface Streamed {
  kind: 'stream';
  who: Identity;
  workspace: Workspace;
  from: From;
}

export const isStreamed = (answer: Answer | Streamed): answer is Streamed => 'kind' in answer;

export const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, headers, body });

export const refuse = (body: Problem, headers: Record<string, string> = {}): Answer => ({
  status: body.status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body,
});

/** A live record as it travels: its fields flat beside the envelope. */
export const toRecord = (stored: Stored, epoch: string): StetRecord =>
  ({
    ...stored.body,
    id: stored.id,
    version: stored.version,
    etag: etagOf(stored.version, epoch),
    createdAt: stored.createdAt,
    updatedAt: stored.updatedAt,
    createdBy: stored.createdBy,
    updatedBy: stored.updatedBy,
  }) as StetRecord;

export const etagHeader = (version: number, epoch: string): Record<string, string> => ({
  etag: quoted(etagOf(version, epoch)),
});
