import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim } from './claim.js';
import { dataFolder } from './testing.js';

let folder: ReturnType<typeof dataFolder>;
beforeEach(() => {
  folder = dataFolder();
});
afterEach(() => folder.remove());

const socket = () => join(folder.data, 'operator.sock');

/** Leaves a socket behind that nobody listens on any more. */
async function dieThere(): Promise<void> {
  const code = `require('net').createServer().listen(${JSON.stringify(socket())}, () => process.stdout.write('up'))`;
  const child: ChildProcess = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(existsSync(socket())).toBe(true);
}

describe('the claim on a data folder', () => {
  it('is for one: the second is told that it is taken, until the first has released it', async () => {
    const first = await claim(folder.data, createServer());
    const second = await claim(folder.data, createServer());
    expect([first.kind, second.kind]).toEqual(['claimed', 'taken']);
    if (first.kind === 'claimed') await first.release();
    expect(readdirSync(folder.data)).toEqual(['lock', 'secret']);
    const third = await claim(folder.data, createServer());
    expect(third.kind).toBe('claimed');
    if (third.kind === 'claimed') await third.release();
  });

  it('makes a socket that only its owner can open', async () => {
    const claimed = await claim(folder.data, createServer());
    expect(statSync(socket()).mode & 0o777).toBe(0o600);
    if (claimed.kind === 'claimed') await claimed.release();
  });

  it('takes over what a killed process has left', async () => {
    await dieThere();
    const claimed = await claim(folder.data, createServer());
    expect(claimed.kind).toBe('claimed');
    if (claimed.kind === 'claimed') await claimed.release();
    expect(readdirSync(folder.data)).toEqual(['lock', 'secret']);
  });

  it('has one winner where many come at once upon what a killed process has left', async () => {
    for (let round = 0; round < 5; round += 1) {
      await dieThere();
      const servers: Server[] = Array.from({ length: 8 }, () => createServer());
      const claims = await Promise.all(servers.map((server) => claim(folder.data, server)));
      const winners = claims.filter((one) => one.kind === 'claimed');
      expect(winners).toHaveLength(1);
      for (const winner of winners) await winner.release();
      expect(readdirSync(folder.data)).toEqual(['lock', 'secret']);
    }
  });

  it('works in a folder whose path is too long for a socket', async () => {
    folder.remove();
    folder = dataFolder('a'.repeat(100), 'b'.repeat(100));
    const first = await claim(folder.data, createServer());
    expect((await claim(folder.data, createServer())).kind).toBe('taken');
    expect(existsSync(socket())).toBe(true);
    if (first.kind === 'claimed') await first.release();
    expect(readdirSync(folder.data)).toEqual(['lock', 'secret']);
  });
});
