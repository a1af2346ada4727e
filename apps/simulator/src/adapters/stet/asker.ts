import { type Answer, createApi } from '@stet/client';
import type { Membership } from '@stet/protocol';
import type { Net } from '../../network/net.js';
import { pause } from '../../world/pause.js';
import type { Joining } from '../adapter.js';
import type { Identity } from './page.js';

// Asks the server itself, past all faults: who somebody is, and what stands there when all is over.

export interface Member extends Identity {
  user: string;
}

export interface Asker {
  /** @throws where the server does not know the token, or nobody answers */
  member(user: string, token: string | Promise<string>): Promise<Member>;
  /** Any node will do; one that is away is asked again, and then another. */
  ask(member: Identity & { user: string }, path: string): Promise<Answer>;
  /** What the member may here, at the moment; null where they are not in. */
  standing(member: Member): Promise<Membership | null>;
}

const mostTries = 20;
const betweenTries = 250;

export interface AskerOptions {
  base: readonly string[];
  workspace: string;
  net(joining: Joining, node: number): Net;
}

export function createAsker({ base, workspace, net }: AskerOptions): Asker {
  async function ask({ user, token }: { user: string; token: string }, path: string): Promise<Answer> {
    for (let tries = 0; ; tries += 1) {
      const node = tries % base.length;
      const { fetch } = net({ name: `${user} (asked directly)`, user, skew: 0 }, node);
      const api = createApi({ base: `${base[node]}/api`, fetch, headers: { authorization: `Bearer ${token}` } });
      const answer = await api({ method: 'GET', path });
      const isPassing =
        answer.kind === 'unreachable' ||
        (answer.kind === 'refused' && [429, 502, 503, 504].includes(answer.problem.status));
      if (!isPassing || tries >= mostTries) return answer;
      await pause(betweenTries);
    }
  }

  return {
    ask,
    async member(user, given) {
      const token = await given;
      const answer = await ask({ user, token }, '/me');
      if (answer.kind !== 'ok') {
        const why = answer.kind === 'refused' ? answer.problem.detail : answer.detail;
        throw new Error(`${user} cannot work at ${base.join(', ')}: ${why}`);
      }
      const { id, name } = (answer.body as { user: { id: string; name: string } }).user;
      return { user, id, name, token };
    },
    async standing(member) {
      const answer = await ask(member, '/me');
      if (answer.kind !== 'ok') return null;
      const { workspaces } = answer.body as { workspaces: Membership[] };
      return workspaces.find(({ id }) => id === workspace) ?? null;
    },
  };
}
