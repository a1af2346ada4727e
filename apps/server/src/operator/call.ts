import { setTimeout as pause } from 'node:timers/promises';
import { issuesOf } from '@stet/protocol';
import { ask } from './ask.js';
import type { Caller } from './in-process.js';
import {
  type Hearing,
  type Kind,
  type OperationOf,
  operationSchema,
  type Result,
  refused,
  sentence,
} from './operations.js';

// Performs an operation where it belongs: in the process that has the data folder, or else in this one.

// A process that is just going needs a moment; one that finishes an import for somebody needs longer.
const patience = 60_000;
const pauseBetween = 50;

export async function call<K extends Kind>(
  caller: Caller,
  operation: OperationOf<K>,
  hearing: Hearing,
): Promise<Result<K>> {
  const parsed = operationSchema.safeParse(operation);
  if (!parsed.success) return refused(sentence(issuesOf(parsed.error)));
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    if (hearing.signal.aborted) return refused('It was stopped before it began.');
    const asked = await ask(caller.config.data, operation, hearing);
    if (asked.kind === 'answered') return asked.result;
    if (asked.kind === 'nobody') {
      // Loaded when it is needed: asking a server takes none of this.
      const { performHere } = await import('./in-process.js');
      const result = await performHere(caller, operation, hearing);
      if (result) return result;
    }
    await pause(pauseBetween);
  }
  return refused('The process that has the data folder lets nobody in; try again later.');
}
