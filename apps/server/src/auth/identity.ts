// Who is asking, as every route, ticket and socket knows them.

export interface Identity {
  user: { id: string; name: string; username: string };
  /** Id of the session, or `token:` and the id of the machine's token. */
  session: string;
  expires: Date;
  via: 'cookie' | 'bearer';
}
