import { readRedisUrl } from './redis/address.js';

// The addresses of the database and of Redis: what can be one, and what of one may be shown.

/** `postgres://user:password@host:port/database`; `postgresql://` is the same. */
export const isPostgresUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text);

export const isRedisUrl = (text: string): boolean => readRedisUrl(text) !== null;

/** The address without what is nobody's business: name and password before the host, and whatever comes after the path. */
export const shownUrl = (url: string): string =>
  url.replace(/^([a-z+]+:\/\/)(?:[^?#]*@)?([^?#]*).*$/is, (_all, scheme: string, rest: string) => scheme + rest);
