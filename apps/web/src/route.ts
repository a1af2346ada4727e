import { books } from '@stet/protocol';

// Where the person is, as a value; and the addresses that stand for it.

export type Route =
  | { kind: 'start' }
  | { kind: 'sign-in' }
  | { kind: 'list'; workspace: string }
  | { kind: 'new'; workspace: string }
  | { kind: 'record'; workspace: string; id: string }
  | { kind: 'drafts'; workspace: string };

export type Inside = Extract<Route, { workspace: string }>;

/** The patterns of Backbone's router; the ones further down are asked first. */
export const patterns = {
  start: '',
  'sign-in': 'sign-in',
  workspace: 'w/:workspace',
  // Beside the resources: none of them may be called so.
  drafts: 'w/:workspace/drafts',
  list: `w/:workspace/${books.name}`,
  record: `w/:workspace/${books.name}/:id`,
  new: `w/:workspace/${books.name}/new`,
};

/** The address of a route; `search` is what the list shows, such as `?q=tolkien`. */
export function pathOf(route: Route, search = ''): string {
  switch (route.kind) {
    case 'start':
      return '/';
    case 'sign-in':
      return `/sign-in${search}`;
    case 'list':
      return `/w/${encodeURIComponent(route.workspace)}/${books.name}${search}`;
    case 'drafts':
      return `/w/${encodeURIComponent(route.workspace)}/drafts${search}`;
    case 'new':
      return `/w/${encodeURIComponent(route.workspace)}/${books.name}/new${search}`;
    case 'record':
      return `/w/${encodeURIComponent(route.workspace)}/${books.name}/${encodeURIComponent(route.id)}${search}`;
  }
}

/** Where to go after signing in: a path of ours, whatever the address says. */
export function returnPath(search: string): string {
  const to = new URLSearchParams(search).get('to') ?? '/';
  const here = 'http://here';
  if (!URL.canParse(to, here)) return '/';
  const { origin, pathname, search: rest } = new URL(to, here);
  // A path of two slashes would be another host.
  if (origin !== here || pathname.startsWith('//') || pathname === '/sign-in') return '/';
  const path = `${pathname}${rest}`;
  return isDecodable(path) ? path : '/';
}

/** Backbone decodes every address that it goes to; one that cannot be decoded would stop it. */
export function isDecodable(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}

export const signInSearch = (from: string): string => (from === '/' ? '' : `?${new URLSearchParams({ to: from })}`);
