import * as z from 'zod';

// Who is asking, as every route, ticket and socket knows them.

export const identitySchema = z.object({
  user: z.object({ id: z.string(), name: z.string(), username: z.string() }),
  /** Id of the session, or `token:` and the id of the machine's token. */
  session: z.string(),
  /** Text where it comes from another node. */
  expires: z.coerce.date(),
  via: z.enum(['cookie', 'bearer']),
});

export type Identity = z.infer<typeof identitySchema>;
