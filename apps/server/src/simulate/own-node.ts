import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Child, startChild, whenReady } from './child.js';
import type { Guard } from './guard.js';
import { onPort } from './on-port.js';
import { Refusal } from './refusal.js';

// One server of ours: the very program, in a process of its own, on a data folder of its own.

export interface OwnNode {
  readonly url: string;
  readonly data: string;
  isOver(): boolean;
  kill(): Promise<void>;
  /** On the same port and data, until it is ready; whatever still runs there is killed. */
  restart(): Promise<void>;
}

export interface OwnNodeOptions {
  name: string;
  data: string;
  /** What it is to know beside that. */
  settings: Readonly<Record<string, string>>;
  /** Of whoever starts it. */
  env: NodeJS.ProcessEnv;
  guard: Guard;
}

const host = '127.0.0.1';

export async function startNode({ name, data, settings, env, guard }: OwnNodeOptions): Promise<OwnNode> {
  // Beside this file once it is built; and the same seen from the sources.
  const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  if (!existsSync(program)) throw new Refusal('Stet is not built: npm run build.');
  const urlOf = (port: number): string => `http://${host}:${port}`;
  const own = { ...without(env), LOG_LEVEL: 'warn', ...settings, STET_DATA: data, HOST: host };

  async function run(port: number): Promise<Child> {
    const args = [program, 'serve', '--json', '--port', String(port)];
    const child = await startChild(process.execPath, args, { cwd: data, env: own, guard });
    // Until it has said where it listens, somebody else may answer there.
    await whenReady(child, () => child.heading().startsWith('{') && isReady(urlOf(port)));
    return child;
  }

  const first = await onPort(name, null, run);
  const { port } = first;
  let { child } = first;
  return {
    url: urlOf(port),
    data,
    isOver: () => child.isOver(),
    kill: () => child.kill(),
    async restart() {
      await child.kill();
      ({ child } = await onPort(name, port, run));
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

/** Settings of Stet that whoever starts us has are not meant for a server of ours. */
function without(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(STET_.*|PORT|HOST|LOG_LEVEL|DATABASE_URL|REDIS_URL|NODE_ENV)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}
