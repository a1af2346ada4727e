import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild, whenReady } from './child.js';
import type { Guard } from './guard.js';
import { onPort } from './on-port.js';
import { Refusal } from './refusal.js';

// A redis-server of ours, which keeps nothing: what stands on it has to live with an empty one, or with none.

export interface OwnRedis {
  readonly url: string;
  /** By SIGKILL, paused or not. */
  kill(): Promise<void>;
  /** Empty, on the same port; whatever still runs there is killed. */
  restart(): Promise<void>;
  /** Connections stay open, and nothing answers for so many milliseconds: resolves when it goes on, or is over. */
  pause(ms: number): Promise<void>;
}

export interface OwnRedisOptions {
  folder: string;
  guard: Guard;
  env: NodeJS.ProcessEnv;
}

export async function startOwnRedis({ folder, guard, env }: OwnRedisOptions): Promise<OwnRedis> {
  const program = locate(env);
  const settings = { bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);

  async function run(port: number): Promise<Child> {
    const child = await startChild(program, [...args, '--port', String(port)], {
      cwd: folder,
      env: process.env,
      guard,
    });
    // Another one may listen there, and would answer in its place.
    await whenReady(child, () => child.said().includes('Ready to accept connections'));
    return child;
  }

  const first = await onPort('redis-server', null, run);
  const { port } = first;
  let { child } = first;
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => child.kill(),
    async restart() {
      await child.kill();
      ({ child } = await onPort('redis-server', port, run));
    },
    async pause(ms) {
      const paused = child;
      paused.signal('SIGSTOP');
      await sleep(ms);
      paused.signal('SIGCONT');
    },
  };
}

function locate(env: NodeJS.ProcessEnv): string {
  const named = env.STET_REDIS_SERVER;
  // Debian's is where only its administrator looks.
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const places = named ? [named] : folders.filter(Boolean).map((folder) => join(folder, 'redis-server'));
  const found = places.find(existsSync);
  if (found !== undefined) return found;
  const where = named ? `STET_REDIS_SERVER names ${named}, and there is none.` : 'There is no redis-server here.';
  throw new Refusal(
    `${where} Several servers need one: install it (Debian: apt-get install redis-server), or name it in STET_REDIS_SERVER.`,
  );
}
