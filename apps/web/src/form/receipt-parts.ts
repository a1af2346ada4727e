import type { VersionRead, WholeVersion } from '@stet/client';
import { type Body, bodyOf, emptyBody, type Receipt, type Resource } from '@stet/protocol';

// What was combined, on demand: what the person had started from, what others had made of that, and what the save made.

export type Parts =
  | { kind: 'loading' }
  | { kind: 'failed'; detail: string }
  | { kind: 'ready'; base: Body; theirs: Body; made: Body };

export async function readParts(
  resource: Resource,
  { base, version }: Receipt,
  read: (version: number) => Promise<VersionRead>,
): Promise<Parts> {
  const [first, before, made] = await Promise.all([read(base), read(version - 1), read(version)]);
  if (first.kind === 'failed') return first;
  if (before.kind === 'failed') return before;
  if (made.kind === 'failed') return made;
  const content = ({ obj }: WholeVersion): Body =>
    obj ? bodyOf(obj, Object.keys(resource.fields)) : emptyBody(resource);
  return {
    kind: 'ready',
    base: content(first.version),
    theirs: content(before.version),
    made: content(made.version),
  };
}
