// Whether every line that was acknowledged stands in the log, once, by whom it was written, and nobody's was lost:
// judged from what the editors were told and from the log as it stands at the end. Pure, so that it can be tested itself.
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '@stet/protocol';
import { type Edit, type Load, linesOf, type Read } from './editors.js';

export interface EditFlaw {
  kind: /** [L1] The log is not 1, 2, 3 … */
    | 'sequence'
    /** [V1] A version is not the one before and 1. */
    | 'version'
    /** [V2] What somebody saved is not in the version that follows. */
    | 'lost'
    /** [V6] What was acknowledged is not there. */
    | 'vanished'
    /** [V7] One write, or one key, made two versions. */
    | 'twice'
    /** Nobody wrote it. */
    | 'stranger'
    /** What was acknowledged is there as another version, in another book, or by somebody else. */
    | 'told'
    /** Somebody was shown what is in no version, or less than had been acknowledged before. */
    | 'read';
  what: string;
}

export function flawsOfEdits(log: readonly Change[], loads: readonly Load[]): EditFlaw[] {
  const { flaws, written } = flawsOfLog(log);
  const edits = loads.flatMap((load) => load.edits);
  const tokens = new Set(edits.map(({ token }) => token));
  const strangers = [...written.keys()].filter((token) => !tokens.has(token));
  return [
    ...flaws,
    ...edits.flatMap((edit) => flawsOfEdit(edit, written.get(edit.token))),
    ...strangers.map((token): EditFlaw => ({ kind: 'stranger', what: token })),
    ...flawsOfReads(log, loads),
  ];
}

/** What the log says of itself, and which change wrote which line. */
function flawsOfLog(log: readonly Change[]): { flaws: EditFlaw[]; written: Map<string, Change> } {
  const flaws: EditFlaw[] = [];
  const note = (kind: EditFlaw['kind'], what: string) => void flaws.push({ kind, what });
  const written = new Map<string, Change>();
  const standing = new Map<string, Change>();
  const keys = new Set<string>();
  let last = 0;
  for (const change of log) {
    const { seq, id, version, by, key } = change;
    const name = `${seq}: version ${version} of ${id}`;
    if (seq !== last + 1) note('sequence', `${seq} after ${last}`);
    last = seq;
    const before = standing.get(id);
    standing.set(id, change);
    if (version !== (before?.version ?? 0) + 1) note('version', `${name}, after ${before?.version ?? 'nothing'}`);
    const ofAuthor = `${by.id} ${key}`;
    if (key !== undefined && keys.has(ofAuthor)) note('twice', `${name}, with the key ${key}`);
    keys.add(ofAuthor);
    if (!before) continue;
    // Each version is the one before and one line more.
    const [was, is] = [linesOf(before.obj ?? {}), linesOf(change.obj ?? {})];
    const token = is.at(-1) ?? '';
    if (!isDeepStrictEqual(is.slice(0, -1), was)) note('lost', `${name} is not the one before and ${token}`);
    if (written.has(token)) note('twice', `${name} writes ${token} again`);
    else written.set(token, change);
  }
  return { flaws, written };
}

function flawsOfEdit({ token, user, book, outcome }: Edit, change: Change | undefined): EditFlaw[] {
  if (!change) return outcome.kind === 'unknown' ? [] : [{ kind: 'vanished', what: `${token} in ${book}` }];
  const isThere = change.by.id === user && book.endsWith(`/${change.id}`);
  if (isThere && (outcome.kind === 'unknown' || outcome.version === change.version)) return [];
  return [
    { kind: 'told', what: `${token} of ${user} is version ${change.version} of ${change.id}, by ${change.by.id}` },
  ];
}

function flawsOfReads(log: readonly Change[], loads: readonly Load[]): EditFlaw[] {
  const versions = new Map(log.map((change) => [`${change.id} ${change.version}`, change.obj]));
  const isTrue = ({ record, since }: Read) =>
    record.version >= since && isDeepStrictEqual(versions.get(`${record.id} ${record.version}`), record);
  return loads
    .flatMap(({ reads }) => reads)
    .filter((read) => !isTrue(read))
    .map(({ record, since }) => ({ kind: 'read', what: `version ${record.version} of ${record.id}, after ${since}` }));
}
