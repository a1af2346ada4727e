import type { TokenInfo } from '../auth/tokens.js';
import { done, type Performers, refused, sentence, type TokenLine } from './operations.js';
import { noUser } from './people.js';

// Tokens by which machines sign in.

export const tokens: Pick<Performers, 'tokenCreate' | 'tokenList' | 'tokenRevoke'> = {
  async tokenCreate({ auth }, { user, label, days }) {
    const created = await auth.createToken({ username: user, label, days });
    switch (created.kind) {
      case 'created':
        return done({ id: created.id, token: created.token, user, expires: created.expires.toISOString() });
      case 'no-user':
        return noUser(user);
      case 'invalid':
        return refused(sentence(created.errors));
    }
  },

  async tokenList({ auth }) {
    return done((await auth.listTokens()).map(lineOf));
  },

  async tokenRevoke({ auth }, { id }) {
    const revoked = await auth.revokeToken(id);
    return revoked ? done({ id }) : refused('There is no such token, or it is revoked already.');
  },
};

const lineOf = ({ id, user, label, created, expires, revoked }: TokenInfo): TokenLine => ({
  id,
  user,
  label,
  created: created.toISOString(),
  expires: expires.toISOString(),
  state: revoked ? 'revoked' : expires.getTime() <= Date.now() ? 'expired' : 'valid',
});
