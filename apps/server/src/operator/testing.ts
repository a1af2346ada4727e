import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Config, readConfig } from '../config.js';
import { type Engine, openEngine } from '../engine.js';
import { type Channel, openChannel } from './channel.js';
import type { Hearing } from './operations.js';

// For tests: data folders, and a process that has one.

export const log = pino({ level: 'silent' });
export const quietly: Hearing = { onHeard: () => {}, signal: new AbortController().signal };

/** A new folder, and what takes it away; `within` may make its path as long as one likes. */
export function dataFolder(...within: string[]): { data: string; config: Config; remove: () => void } {
  const top = mkdtempSync(join(tmpdir(), 'stet-test-'));
  const read = readConfig({ STET_DATA: join(top, ...within) });
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
  const { config } = read;
  return { data: config.data, config, remove: () => rmSync(top, { recursive: true, force: true }) };
}

export interface House {
  engine: Engine;
  channel: Channel;
  leave(): Promise<void>;
}

/** Has the folder, as `stet serve` has it. */
export async function moveIn(config: Config): Promise<House> {
  const channel = await openChannel(config.data, 'stet test', log);
  if (!channel) throw new Error('Somebody has the folder.');
  const engine = await openEngine(config, log, []);
  channel.open(engine);
  return {
    engine,
    channel,
    async leave() {
      await channel.drain('stop');
      await engine.close();
      await channel.release();
    },
  };
}
