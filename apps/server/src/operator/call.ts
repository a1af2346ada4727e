import { setTimeout as pause } from 'node:timers/promises';
import { issuesOf } from '@stet/protocol';
import type { Logger } from 'pino';
import { type Config, localOrigins } from '../config.js';
import { openEngine } from '../engine.js';
import { ask } from './ask.js';
import { openChannel } from './channel.js';
import { type Hearing, type Kind, type OperationOf, operationSchema, type Result, refused } from './operations.js';
import { sentence } from './people.js';
import { perform } from './perform.js';

// Performs an operation where it belongs: in the process that has the data folder, or else in this one.

export interface Caller {
  config: Config;
  /** Such as `stet import`: shown to whoever finds the folder taken. */
  what: string;
  log: Logger;
}

// A process that is just going needs a moment; one that finishes an import for somebody needs longer.
const patience = 60_000;
const pauseBetween = 50;

export async function call<K extends Kind>(
  { config, what, log }: Caller,
  operation: OperationOf<K>,
  hearing: Hearing,
): Promise<Result<K>> {
  const parsed = operationSchema.safeParse(operation);
  if (!parsed.success) return refused(sentence(issuesOf(parsed.error)));
  const deadline = performance.now() + patience;
  while (performance.now() < deadline && !hearing.signal.aborted) {
    const asked = await ask(config.data, operation, hearing);
    if (asked.kind === 'answered') return asked.result;
    const channel = asked.kind === 'nobody' ? await openChannel(config.data, what, log) : null;
    if (!channel) {
      await pause(pauseBetween);
      continue;
    }
    try {
      const engine = await openEngine(config, log, localOrigins(config.port));
      try {
        channel.open(engine);
        return await perform(engine, operation, hearing);
      } finally {
        await channel.drain('finish');
        await engine.close();
      }
    } finally {
      await channel.release();
    }
  }
  return refused('The process that has the data folder does not let anybody in; try again later.');
}
