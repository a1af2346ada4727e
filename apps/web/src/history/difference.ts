import type { StetModel, VersionRead, WholeVersion } from '@stet/client';
import { type Body, bodyOf, changedFields, emptyBody, type Resource } from '@stet/protocol';

// Two versions side by side, and what of each can be brought back.

export type DifferenceState =
  | { kind: 'loading' }
  | { kind: 'ready'; from: WholeVersion | null; to: WholeVersion }
  | { kind: 'failed'; detail: string };

/** `from` 0: there was nothing before. */
export interface Pair {
  from: number;
  to: number;
}

/** Reads both, each once. */
export async function readPair(pair: Pair, read: (version: number) => Promise<VersionRead>): Promise<DifferenceState> {
  const [from, to] = await Promise.all([pair.from > 0 ? read(pair.from) : null, read(pair.to)]);
  if (to.kind === 'failed') return to;
  if (from?.kind === 'failed') return from;
  return { kind: 'ready', from: from?.version ?? null, to: to.version };
}

/** A version's fields; those of one that was deleted, or before the first, are empty. */
export const contentOf = (resource: Resource, version: WholeVersion | null): Body =>
  version?.obj ? bodyOf(version.obj, Object.keys(resource.fields)) : emptyBody(resource);

export const differing = (resource: Resource, from: WholeVersion | null, to: WholeVersion): string[] =>
  changedFields(resource, contentOf(resource, from), contentOf(resource, to));

/** In which fields a version is not what stands now; null where the record is deleted, so that all of it is. */
export function awayFromNow(record: StetModel, version: WholeVersion): string[] | null {
  const { server, resource } = record;
  return server.kind === 'live' ? changedFields(resource, server.body, contentOf(resource, version)) : null;
}

/** A field, and those that are decided together with it (M3), as far as the version has something else there. */
export function asOne(resource: Resource, name: string, away: readonly string[]): string[] {
  const group = resource.together.find((names) => names.includes(name)) ?? [name];
  return [name, ...group.filter((each) => each !== name && away.includes(each))];
}
