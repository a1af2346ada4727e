// What a request asks for, as a path: the form that a proxy sends is brought to it (RFC 9112, 3.2.2).

/** Path and query; null where the target is neither a path nor a URL that can be read. */
export function pathOf(target: string): string | null {
  if (target.startsWith('/')) return target;
  if (!/^https?:/i.test(target) || !URL.canParse(target)) return null;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
