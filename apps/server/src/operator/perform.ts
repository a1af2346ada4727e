import type { Engine } from '../engine.js';
import { performImport } from './import-file.js';
import type { Hearing, Kind, OperationOf, Performers, Result } from './operations.js';
import { people } from './people.js';
import { tokens } from './tokens.js';

// The one place where an operator's wish becomes deed, in whichever process has the engine.

const performers: Performers = { ...people, ...tokens, importFile: performImport };

export function perform<K extends Kind>(
  engine: Engine,
  operation: OperationOf<K>,
  hearing: Hearing,
): Promise<Result<K>> {
  const performer: Performers[K] = performers[operation.kind as K];
  return performer(engine, operation, hearing);
}
