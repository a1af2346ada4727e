import { type Api, backoff, createApi, detailOf } from '@stet/client';
import { type Membership, problemName } from '@stet/protocol';

// Who is signed in: asked at the start, and each time the server says that it does not know us any more.

export interface Me {
  user: { id: string; name: string };
  workspaces: Membership[];
  /** The path of SockJS. */
  socket: string;
}

export type Who = { kind: 'in'; me: Me } | { kind: 'out' } | { kind: 'unreachable'; detail: string };

/** Of somebody who answers. */
export type Known = Exclude<Who, { kind: 'unreachable' }>;

export type SignIn = { kind: 'in' } | { kind: 'refused'; detail: string };

export const apiBase = '/api';
const api: Api = createApi({ base: apiBase });

export async function askWho(): Promise<Who> {
  const answer = await api({ method: 'GET', path: '/me' });
  if (answer.kind === 'ok') {
    // Prolongs the session and its cookie, at most once a day; whether it does is not waited for.
    void api({ method: 'GET', path: '/auth/get-session' });
    return { kind: 'in', me: answer.body as Me };
  }
  const isOut = answer.kind === 'refused' && problemName(answer.problem) === 'unauthenticated';
  return isOut ? { kind: 'out' } : { kind: 'unreachable', detail: detailOf(answer) };
}

/** Asks until somebody answers, later and later. `away` is told each time that nobody does, and how to ask at once. */
export async function askWhoAtLast(away: (detail: string, now: () => void) => void): Promise<Known> {
  for (let tries = 1; ; tries += 1) {
    const who = await askWho();
    if (who.kind !== 'unreachable') return who;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, backoff(tries));
      away(who.detail, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

export async function signIn(username: string, password: string): Promise<SignIn> {
  const answer = await api({ method: 'POST', path: '/auth/sign-in/username', body: { username, password } });
  if (answer.kind === 'ok') return { kind: 'in' };
  if (answer.kind === 'unreachable') return { kind: 'refused', detail: 'The server cannot be reached. Try again.' };
  const { problem, headers } = answer;
  const seconds = headers.get('retry-after');
  const wait = seconds ? ` Try again in ${seconds} seconds.` : '';
  return { kind: 'refused', detail: `${problem.title}.${wait}` };
}

/** Whether the server has ended the session. */
export async function signOut(): Promise<boolean> {
  const { kind } = await api({ method: 'POST', path: '/auth/sign-out', body: {} });
  return kind === 'ok';
}
