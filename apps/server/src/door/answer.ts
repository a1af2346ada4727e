import { etagOf, type Problem, quoted, type StetRecord } from '@stet/protocol';
import type { Stored } from '@stet/store';

// What the door says, before a transport puts it into bytes.

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON, or undefined for an answer without a body. */
  body?: unknown;
}

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
