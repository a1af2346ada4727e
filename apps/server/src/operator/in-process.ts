import type { Logger } from 'pino';
import { type Config, localOrigins } from '../config.js';
import { openEngine } from '../engine.js';
import { openChannel } from './channel.js';
import type { Hearing, Kind, OperationOf, Result } from './operations.js';
import { perform } from './perform.js';

// The engine in this process, for as long as one operation takes.

export interface Caller {
  config: Config;
  /** Such as `stet import`: shown to whoever finds the folder taken. */
  what: string;
  log: Logger;
}

/** Takes the folder for as long as it lasts and does the work here; null where somebody else has the folder. */
export async function performHere<K extends Kind>(
  { config, what, log }: Caller,
  operation: OperationOf<K>,
  hearing: Hearing,
): Promise<Result<K> | null> {
  const channel = await openChannel(config.data, what, log);
  if (!channel) return null;
  try {
    const engine = await openEngine(config, log, localOrigins(config.port));
    try {
      channel.open(engine);
      return await perform(engine, operation, hearing);
    } finally {
      // Others may have come meanwhile.
      await channel.drain('finish');
      await engine.close();
    }
  } finally {
    await channel.release();
  }
}
