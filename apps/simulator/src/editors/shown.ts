import type { Draft, StetModel } from '@stet/client';
import { bodyOf, books, type Value } from '@stet/protocol';
import type { Holding } from './editor.js';

// What a page shows of one record: in the list as it stands there, and in a form whatever the person has not touched.

const fields = Object.keys(books.fields);
const nothing = { version: null, fields: null };

export function shownOf(
  { server, attributes }: StetModel,
  draft: Draft | null,
  isListed: boolean,
): Pick<Holding, 'version' | 'fields'> {
  if (server.kind === 'unknown') return nothing;
  const version = { n: server.version, tag: server.etag };
  if (server.kind === 'destroyed') return { version, fields: null };
  // After a reset, what is neither in the list nor in a form is not read anew, and not shown.
  if (!draft && !isListed) return nothing;
  const shown = bodyOf(attributes, fields);
  for (const field of fields) if (draft && !draft.isTouched(field)) shown[field] = (draft.get(field) ?? null) as Value;
  return { version, fields: shown };
}
