import type { OwnServers } from '@stet/simulator';

// Where a run finds its servers, whether they are ours or somebody's.

/** What only servers of ours let be done to them, and where they keep it. */
export interface Own extends OwnServers {
  /** The data folder; of the first node, where there are several. */
  readonly data: string;
  /** Where several nodes keep what they share. */
  readonly database: string | null;
}

export const tokenIn =
  (tokens: ReadonlyMap<string, string>) =>
  (user: string): string => {
    const token = tokens.get(user);
    if (token === undefined) throw new Error(`There is no user "${user}" in this run.`);
    return token;
  };
