import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

// What a request shows to say who sends it. Reading it proves nothing yet: that is the identity cache's work.

export interface Credential {
  via: 'cookie' | 'bearer';
  value: string;
}

/** A bearer token is the sender's deliberate choice: where one is shown, the cookie beside it is not looked at. */
export function readCredential(headers: IncomingHttpHeaders, cookieName: string): Credential | null {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { via: 'bearer', value: bearer };
  const cookie = cookieValue(headers.cookie ?? '', cookieName);
  return cookie === null ? null : { via: 'cookie', value: cookie };
}

/** The same for the same credential only, the missing one among them; the value can't be had from it. */
export const printOf = (credential: Credential | null): string =>
  createHash('sha256')
    .update(credential ? `${credential.via} ${credential.value}` : '')
    .digest('base64url');

function cookieValue(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    try {
      return decodeURIComponent(pair.slice(at + 1).trim());
    } catch {
      return null;
    }
  }
  return null;
}
