import * as z from 'zod';

// What a hold is, as a tester sets it and as it is told: which requests it catches, at which of three places.

/**
 * `commit`: the save was checked and is about to be written; `publish`: it is durable, and nobody was woken; `answer`:
 * all is done, and whoever asked does not know it yet.
 */
export const points = ['commit', 'publish', 'answer'] as const;
export type Point = (typeof points)[number];

/** Less than the time after which a connection on which nothing moves is closed (limits.ts). */
export const mostSeconds = 55;

export const wantedSchema = z
  .strictObject({
    point: z.enum(points, `must be one of ${points.join(', ')}`),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    path: z
      .string()
      .max(600)
      .regex(
        /^(?:\/api)?\/workspaces\/[^/?#]+\/[^?#]+$/,
        'must be a path such as /workspaces/catalogue/books/7, without a query',
      )
      .transform((path) => path.replace(/^\/api/, ''))
      .optional(),
    user: z.string().min(1).max(100).optional().describe('Who asks'),
    key: z.string().min(1).max(200).optional().describe('The Idempotency-Key of the write'),
    times: z.int().min(1).max(1_000).prefault(1).describe('So many requests are caught, one after the other'),
    seconds: z.int().min(1).max(mostSeconds).prefault(30).describe('After so long each is let go by itself'),
  })
  .refine(({ point, method }) => point === 'answer' || method !== 'GET', {
    path: ['method'],
    message: 'writes nothing: a GET can be held at "answer" alone',
  });
export type Wanted = z.infer<typeof wantedSchema>;

export const waitingSchema = z.object({
  /** Counts the requests that this server has held. */
  id: z.int().min(1),
  method: z.string(),
  path: z.string(),
  user: z.string(),
  key: z.string().optional(),
  since: z.string(),
});
export type Waiting = z.infer<typeof waitingSchema>;

export const holdSchema = z.object({
  id: z.string(),
  point: z.enum(points),
  method: z.string().optional(),
  path: z.string().optional(),
  user: z.string().optional(),
  key: z.string().optional(),
  times: z.int(),
  seconds: z.int(),
  left: z.int().describe('How many more it will catch'),
  waiting: z.array(waitingSchema).describe('Who is held here now, in the order in which they came'),
});
export type Hold = z.infer<typeof holdSchema>;
