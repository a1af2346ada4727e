import { type Membership, membershipSchema } from '@stet/protocol';
import type { Api } from './api.js';

/** Where the logs stand that this user may read; null where nobody told. */
export async function askStanding(api: Api): Promise<Membership[] | null> {
  const answer = await api({ method: 'GET', path: '/me' });
  if (answer.kind !== 'ok') return null;
  // Something between us and the server may answer in its own words.
  const parsed = membershipSchema.array().safeParse((answer.body as { workspaces?: unknown } | undefined)?.workspaces);
  return parsed.success ? parsed.data : null;
}
