import { filterableBy, type ListQuery, type Resource, sortableBy } from '@stet/protocol';

// What a list shows, as the address says it: `?q=tolkien&sort=-updatedAt&status=review`.

export const emptyQuery = (resource: Resource): ListQuery => ({ q: '', sort: resource.title, filters: {} });

/** Whatever an address holds, the answer is a question that the server takes. */
export function queryOf(resource: Resource, search: string): ListQuery {
  const given = new URLSearchParams(search);
  const wanted = given.get('sort') ?? '';
  const isSortable = sortableBy(resource).includes(wanted.replace(/^-/, ''));
  const filters = filterableBy(resource).flatMap((name) => {
    const value = given.get(name)?.trim().slice(0, 300);
    return value ? [[name, value] as const] : [];
  });
  return {
    q: (given.get('q') ?? '').trim().slice(0, 300),
    sort: isSortable ? wanted : resource.title,
    filters: Object.fromEntries(filters),
  };
}

/** The other way round; what goes without saying is left out. */
export function searchOf(resource: Resource, { q, sort, filters }: ListQuery): string {
  const search = new URLSearchParams({
    ...(q ? { q } : {}),
    ...(sort === resource.title ? {} : { sort }),
    ...filters,
  }).toString();
  return search ? `?${search}` : '';
}

export const sameQuery = (resource: Resource, a: ListQuery, b: ListQuery): boolean =>
  searchOf(resource, a) === searchOf(resource, b);

/** Times are first wanted newest first, everything else from the beginning. */
export function nextSort(current: string, name: string): string {
  const [first, second] = name === 'updatedAt' ? [`-${name}`, name] : [name, `-${name}`];
  return current === first ? second : first;
}

export function sortState(current: string, name: string): 'ascending' | 'descending' | 'none' {
  if (current === name) return 'ascending';
  return current === `-${name}` ? 'descending' : 'none';
}

/** The question with one filter set, or taken away by ''. */
export function withFilter(query: ListQuery, name: string, value: string): ListQuery {
  const { [name]: _, ...others } = query.filters;
  return { ...query, filters: value.trim() ? { ...others, [name]: value.trim() } : others };
}

export const isNarrowed = ({ q, filters }: ListQuery): boolean => q !== '' || Object.keys(filters).length > 0;
