// Servers for tests: the real program in a process of its own, or the same parts inside the test's process.
import { cpSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { Role } from '@stet/protocol';
import { type Engine, localOrigins, openEngine, type Running, readConfig, type SomeLimits, serve } from '@stet/server';
import { pino } from 'pino';
import { type Env, type Ran, startStet, stet, temporaryFolder } from './stet.js';
import { until } from './until.js';

export const password = 'let-it-stand';

export interface StartOptions {
  /** With the demo catalogue and its people. */
  demo?: boolean;
  /** A folder to go on with; otherwise a new one, which `stop` takes away. */
  data?: string;
  /** Such as the one that an earlier server had, for those who come back to it. */
  port?: number;
  env?: Env;
}

export interface Server {
  url: string;
  port: number;
  data: string;
  pid: number;
  /** What it has said until now. */
  said: { stdout: string; stderr: string };
  ended: Promise<Ran>;
  /** Runs `stet` on the same data. */
  cli(args: readonly string[], input?: string): Promise<Ran>;
  /** Sends the signal and waits for the end. The data stays. */
  kill(signal: NodeJS.Signals): Promise<Ran>;
  /** Ends it gently, if it still runs, and takes its data away, unless the folder was given. */
  stop(): Promise<void>;
}

/** Made once in each process: whoever starts with the demo starts on a copy. */
let demo: Promise<string> | undefined;

async function demoFolder(): Promise<string> {
  const data = temporaryFolder();
  process.once('exit', () => rmSync(data, { recursive: true, force: true }));
  await (await startServer({ demo: true, data })).stop();
  return data;
}

async function ownFolder(withDemo = false): Promise<string> {
  if (!withDemo) return temporaryFolder();
  demo ??= demoFolder();
  const data = temporaryFolder();
  cpSync(await demo, data, { recursive: true });
  return data;
}

/** Starts `stet serve` and waits until it listens. */
export async function startServer(options: StartOptions = {}): Promise<Server> {
  const data = options.data ?? (await ownFolder(options.demo));
  const forget = () => options.data === undefined && rmSync(data, { recursive: true, force: true });
  const env: Env = { LOG_LEVEL: 'warn', ...options.env, STET_DATA: data };
  const args = ['serve', '--json', '--port', String(options.port ?? 0), ...(options.demo ? ['--demo'] : [])];
  const { child, said, ended } = startStet(args, env);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const first = await until('the server listens', () => isOver || said.stdout.includes('\n'), 60_000)
    .then(() => said.stdout.split('\n', 1)[0] ?? '')
    .catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
  if (!first.startsWith('{')) {
    const { status, stderr } = await ended;
    forget();
    throw new Error(`stet serve ended with ${status}: ${stderr}`);
  }
  const { port, pid } = JSON.parse(first) as { port: number; pid: number };
  const kill = (signal: NodeJS.Signals): Promise<Ran> => {
    child.kill(signal);
    return ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    data,
    pid,
    said,
    ended,
    cli: (words, input) => stet(words, env, input),
    kill,
    async stop() {
      await kill('SIGTERM');
      forget();
    },
  };
}

export interface InProcess {
  url: string;
  engine: Engine;
  running: Running;
  /** Makes the workspace where it is missing. */
  workspace(id: string, name?: string): Promise<void>;
  /** Makes the user where it is missing, and sets what they may do, by workspace; null takes them out. */
  user(username: string, roles?: Record<string, Role | null>): Promise<void>;
  /** Signs in with the password, making the user where it is missing; answers with the `cookie` header. */
  signIn(username: string): Promise<string>;
  /** A bearer token, of a user who is made where missing. */
  token(username: string): Promise<string>;
  stop(): Promise<void>;
}

/** A whole server in this process, on a folder of its own; with limits that a test can reach, where some are given. */
export async function startInProcess(env: Env = {}, limits: SomeLimits = {}): Promise<InProcess> {
  const data = temporaryFolder();
  // Sign-in has to know the address before anybody listens there.
  const port = env.PORT === undefined ? await freePort() : Number(env.PORT);
  const read = readConfig({ PORT: String(port), STET_DATA: data, LOG_LEVEL: 'warn', ...env });
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
  const { config } = read;
  const origins = config.origins.length > 0 ? config.origins : localOrigins(port);
  const engine = await openEngine(config, pino({ level: config.logLevel }, pino.destination(2)), origins);
  // No proxy keeps connections to it: when it stops, nobody has to be waited for.
  const running = await serve(engine, config.origins, { ...limits, http: { lastIdle: 0, ...limits.http } });
  const url = `http://127.0.0.1:${port}`;
  const { store, auth, bus } = engine;

  const workspace = async (id: string, name = id) => void (await store.workspaces.create({ id, name }));
  async function user(username: string, roles: Record<string, Role | null> = {}): Promise<void> {
    const added = await auth.addUser({ username, name: username[0]?.toUpperCase() + username.slice(1), password });
    if (added.kind === 'invalid') throw new Error(JSON.stringify(added.errors));
    for (const [id, role] of Object.entries(roles)) {
      await workspace(id);
      if (role) await store.workspaces.setMember({ workspace: id, user: username, role });
      else await store.workspaces.removeMember(id, username);
      bus.publish({ kind: 'access', user: username });
    }
  }

  return {
    url,
    engine,
    running,
    workspace,
    user,
    async signIn(username) {
      await user(username);
      return cookieOf(url, username);
    },
    async token(username) {
      await user(username);
      const created = await auth.createToken({ username, label: 'test', days: 1 });
      if (created.kind !== 'created') throw new Error(`No token for ${username}: ${created.kind}`);
      return created.token;
    },
    async stop() {
      await running.stop();
      await engine.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Signs in with the password; answers with the `cookie` header. */
export async function cookieOf(url: string, username: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error(`${username} could not sign in: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
