import { type Body, emptyBody, type Resource } from '@stet/protocol';
import type { Edit } from './request.js';

// From an edit to the whole new content that it asks for.

/** An edit of a record that is there, with all that it takes: a restore has the content that is to come back. */
export type Wanted =
  | Exclude<Edit, { kind: 'create' | 'restore' }>
  | (Extract<Edit, { kind: 'restore' }> & { body: Body });

/** The fields that a restore brings back. */
export const broughtBack = (resource: Resource, { only }: { only: string[] | null }): string[] =>
  only ?? Object.keys(resource.fields);

/** What the edit makes of this content; null where it destroys it. */
export function applied(resource: Resource, wanted: Wanted, body: Body): Body | null {
  switch (wanted.kind) {
    case 'replace':
      return { ...emptyBody(resource), ...wanted.fields } as Body;
    case 'patch':
      return { ...body, ...wanted.fields } as Body;
    case 'destroy':
      return null;
    case 'restore': {
      const back = broughtBack(resource, wanted).map((name) => [name, wanted.body[name] ?? null]);
      return { ...body, ...Object.fromEntries(back) };
    }
  }
}
