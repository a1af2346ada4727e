import type { Role } from '@stet/protocol';
import { pino } from 'pino';
import { type Config, localOrigins } from '../config.js';
import { openEngine } from '../engine.js';
import { Refusal } from './refusal.js';

// What stands in the store before a server of ours begins: a workspace, the users with their roles, a token for each.

export interface PlannedUser {
  /** As of a username: 2 to 32 of a-z 0-9 . _ -. */
  user: string;
  role: Role;
}

/** Longer than any run. */
const days = 30;

/** Answers with each user's token. They have no password: to make one's hash takes longer than all else that is done here. */
export async function prepare(
  config: Config,
  workspace: string,
  users: readonly PlannedUser[],
): Promise<Map<string, string>> {
  const engine = await openEngine(config, pino({ level: 'silent' }), localOrigins(config.port));
  try {
    const { store, auth } = engine;
    await store.workspaces.create({ id: workspace, name: workspace });
    const tokens = new Map<string, string>();
    for (const { user, role } of users) {
      const added = await auth.addUser({ username: user, password: null });
      if (added.kind === 'invalid') {
        throw new Refusal(`"${user}" can’t be a user: ${added.errors.map(({ message }) => message).join('; ')}.`);
      }
      if (added.kind === 'taken') throw new Refusal(`There are two users "${user}".`);
      await store.workspaces.setMember({ workspace, user: added.user.id, role });
      const made = await auth.createToken({ username: user, label: 'simulator', days });
      if (made.kind !== 'created') throw new Error(`No token for ${user}: ${made.kind}`);
      tokens.set(user, made.token);
    }
    return tokens;
  } finally {
    await engine.close();
  }
}
