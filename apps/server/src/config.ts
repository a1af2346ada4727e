import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

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
  STET_LOG_KEEP_DAYS: z.coerce
    .number<string>('must be a number of days')
    .int('must be a whole number of days')
    .min(1, 'must be at least 1 day')
    .max(36_500, 'must be at most 36500 days')
    .prefault('90'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).prefault('info'),
  // Refused rather than passed over: whoever sets them believes that the data is there.
  DATABASE_URL: z.undefined('is not supported by this release: it keeps its records in STET_DATA').optional(),
  REDIS_URL: z.undefined('is not supported by this release: it runs as one process').optional(),
});

export interface Config {
  port: number;
  host: string;
  data: string;
  /** Origins whose pages may write and open sockets. Empty: those that the server itself is reached at on this machine. */
  origins: string[];
  secret: string;
  /** For how many days who was away can read on in the log; after that, they read anew. Histories stay for ever. */
  logKeepDays: number;
  logLevel: z.infer<typeof environment>['LOG_LEVEL'];
}

export type ReadConfig = { kind: 'ok'; config: Config } | { kind: 'wrong'; errors: string[] };

/** Reads the environment; flags of the command line stand in it already. Makes the data folder where it is missing. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ReadConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    return { kind: 'wrong', errors: parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) };
  }
  const { PORT, HOST, STET_DATA, STET_ORIGINS, STET_SECRET, STET_LOG_KEEP_DAYS, LOG_LEVEL } = parsed.data;
  const data = resolve(STET_DATA);
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
  } catch (error) {
    return { kind: 'wrong', errors: [`STET_DATA ${data} cannot be used: ${(error as Error).message}`] };
  }
  const secret = STET_SECRET ?? keptSecret(data);
  return {
    kind: 'ok',
    config: {
      port: PORT,
      host: HOST,
      data,
      origins: STET_ORIGINS ?? [],
      secret,
      logKeepDays: STET_LOG_KEEP_DAYS,
      logLevel: LOG_LEVEL,
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
