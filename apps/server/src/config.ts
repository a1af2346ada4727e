import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { isPostgresUrl, isRedisUrl } from './addresses.js';

// All that Stet needs from its surroundings, read and judged once, at the start.

const isOrigin = (text: string): boolean => {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
};

const origins = z.array(z.string()).superRefine((texts, context) => {
  const wrong = texts.filter((text) => !isOrigin(text)).map((text) => JSON.stringify(text));
  if (wrong.length === 0) return;
  const message = `holds ${wrong.join(', ')}: each must be an origin such as https://stet.example.org, without a path`;
  context.addIssue({ code: 'custom', message });
});

const whole = (unit: string, least: number, most: number) =>
  z.coerce
    .number<string>(`must be a number of ${unit}`)
    .int(`must be a whole number of ${unit}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const environment = z.object({
  PORT: z.coerce.number<string>('must be a port number').int().min(0).max(65_535).prefault('4000'),
  HOST: z.string().min(1).prefault('127.0.0.1'),
  STET_DATA: z.string().min(1).prefault('./var'),
  STET_ORIGINS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(origins)
    .optional(),
  STET_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  STET_LOG_KEEP_DAYS: whole('days', 1, 36_500).prefault('90'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).prefault('info'),
  // What is wrong with these is said without repeating them: a password may stand in them.
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'must be a URL such as postgres://user:password@db.example.org:5432/stet')
    .optional(),
  REDIS_URL: z
    .string()
    .refine(
      isRedisUrl,
      'must be a URL such as redis://redis.example.org:6379, or of a cluster, such as ' +
        'redis+cluster://one.example.org:6379,two.example.org:6379; rediss: or rediss+cluster: over TLS',
    )
    .optional(),
  STET_DATABASE_POOL: whole('connections', 2, 1_000).prefault('10'),
  STET_PROXIES: whole('proxies', 0, 10).prefault('0'),
  STET_TEST_MODE: z.enum(['0', '1'], 'must be 1, or 0').prefault('0'),
  NODE_ENV: z.string().optional(),
});

type Environment = z.infer<typeof environment>;

/** What each is right by itself and does not go together. */
function contradictions({ DATABASE_URL, REDIS_URL, STET_SECRET, STET_TEST_MODE, NODE_ENV }: Environment): string[] {
  const testing =
    STET_TEST_MODE === '1' && NODE_ENV === 'production'
      ? ['STET_TEST_MODE lets testers hold requests: it goes with no NODE_ENV=production']
      : [];
  if (REDIS_URL === undefined) return testing;
  return [
    ...testing,
    ...(DATABASE_URL === undefined ? ['REDIS_URL needs DATABASE_URL: several nodes need one database'] : []),
    ...(STET_SECRET === undefined
      ? ['REDIS_URL needs STET_SECRET, the same on every node: they sign sessions with it']
      : []),
  ];
}

export interface Config {
  port: number;
  host: string;
  data: string;
  /** Postgres, with the most connections to it; null for SQLite in the data folder. */
  database: { url: string; pool: number } | null;
  /** What carries the bus between nodes; null where there is but one. */
  redis: string | null;
  /** Exactly so many proxies stand in front: each adds to X-Forwarded-For who has asked it. */
  proxies: number;
  /** Origins whose pages may write and open sockets. Empty: those that the server itself is reached at on this machine. */
  origins: string[];
  secret: string;
  /** For how many days who was away can read on in the log; after that, they read anew. Histories stay for ever. */
  logKeepDays: number;
  logLevel: Environment['LOG_LEVEL'];
  /** Testers may hold requests on their way (holds/). */
  testMode: boolean;
}

export type ReadConfig = { kind: 'ok'; config: Config } | { kind: 'wrong'; errors: string[] };

/** Reads the environment; flags of the command line stand in it already. Makes the data folder where it is missing. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ReadConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    return { kind: 'wrong', errors: parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) };
  }
  const given = parsed.data;
  const errors = contradictions(given);
  if (errors.length > 0) return { kind: 'wrong', errors };
  const data = resolve(given.STET_DATA);
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
  } catch (error) {
    return { kind: 'wrong', errors: [`STET_DATA ${data} cannot be used: ${(error as Error).message}`] };
  }
  return {
    kind: 'ok',
    config: {
      port: given.PORT,
      host: given.HOST,
      data,
      database: given.DATABASE_URL === undefined ? null : { url: given.DATABASE_URL, pool: given.STET_DATABASE_POOL },
      redis: given.REDIS_URL ?? null,
      proxies: given.STET_PROXIES,
      origins: given.STET_ORIGINS ?? [],
      secret: given.STET_SECRET ?? keptSecret(data),
      logKeepDays: given.STET_LOG_KEEP_DAYS,
      logLevel: given.LOG_LEVEL,
      testMode: given.STET_TEST_MODE === '1',
    },
  };
}

/** Made at the first start and kept beside the data: sessions outlive a restart without anybody having to set anything. */
function keptSecret(data: string): string {
  const file = join(data, 'secret');
  if (!existsSync(file)) {
    // Whole or not at all, and one for all: several commands may be the first at the same moment.
    const own = `${file}.${process.pid}`;
    writeFileSync(own, randomBytes(32).toString('base64url'), { mode: 0o600 });
    try {
      linkSync(own, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    rmSync(own);
  }
  return readFileSync(file, 'utf8').trim();
}

/** The origins that stand for this server when none were named: a browser on this machine. */
export const localOrigins = (port: number): string[] =>
  ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${port}`);
