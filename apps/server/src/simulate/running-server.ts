import { membershipSchema, type Role } from '@stet/protocol';
import type { Servers } from '@stet/simulator';
import * as z from 'zod';
import { Refusal } from './refusal.js';
import { tokenIn } from './servers.js';

// A server that runs already, wherever it is: nothing is started, killed or given there.

export interface RunningOptions {
  /** Such as `http://localhost:4000`. */
  url: string;
  /** One for each user, as of `stet token create`. */
  tokens: readonly string[];
  workspace: string;
}

export interface RunningServer extends Servers {
  /** Whose tokens these are, and what they may do in the workspace; in the order of the tokens. */
  readonly users: ReadonlyArray<{ user: string; role: Role }>;
}

const meSchema = z.object({ user: z.object({ id: z.string() }), workspaces: z.array(membershipSchema) });

const patience = 10_000;

/** Throws a Refusal where the server does not answer as Stet does, or a token is of nobody who is in the workspace. */
export async function runningServer({ url, tokens, workspace }: RunningOptions): Promise<RunningServer> {
  const base = baseOf(url);
  if (tokens.length === 0) throw new Refusal('It takes a token of at least one user (stet token create).');
  const users: Array<{ user: string; role: Role }> = [];
  const byUser = new Map<string, string>();
  for (const [place, token] of tokens.entries()) {
    const which = tokens.length === 1 ? 'The token' : `Token ${place + 1}`;
    const { user, workspaces } = await me(base, token, which);
    const membership = workspaces.find(({ id }) => id === workspace);
    if (!membership) throw new Refusal(`${which} is of ${user.id}, who is no member of "${workspace}" at ${base}.`);
    if (byUser.has(user.id)) throw new Refusal(`Two of the tokens are of ${user.id}: one for each user is enough.`);
    byUser.set(user.id, token);
    users.push({ user: user.id, role: membership.role });
  }
  return { urls: [base], users, tokenOf: tokenIn(byUser) };
}

function baseOf(url: string): string {
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp) throw new Refusal(`${JSON.stringify(url)} is no address such as http://localhost:4000.`);
  return new URL(url).href.replace(/\/+$/, '');
}

async function me(base: string, token: string, which: string): Promise<z.infer<typeof meSchema>> {
  // What a header can't carry is no token either.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Refusal(`${which} is no token: it holds spaces, or nothing.`);
  let answer: Response;
  let text: string;
  try {
    const headers = { authorization: `Bearer ${token}` };
    answer = await fetch(`${base}/api/me`, { headers, signal: AbortSignal.timeout(patience) });
    text = await answer.text();
  } catch (error) {
    throw new Refusal(`${base} can’t be reached: ${reasonOf(error)}.`);
  }
  if (answer.status === 401)
    throw new Refusal(`${which} is not taken by ${base}: it is revoked, expired or of another server.`);
  const read = meSchema.safeParse(answer.ok ? parsed(text) : null);
  if (!read.success) throw new Refusal(`${base} does not answer as Stet does: GET /api/me gave ${answer.status}.`);
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
