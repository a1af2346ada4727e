import {
  type Body,
  equal,
  type Merge,
  merge,
  type Resource,
  type StetRecord,
  type Value,
  type Verdict,
  type VersionInfo,
} from '@stet/protocol';

// A choice between two edits, as plain data. It is computed anew from base, mine, theirs and what was chosen so far,
// so a third save that lands meanwhile changes the question and loses no answer (C4).

export type Side = 'mine' | 'theirs' | 'merged';

/** What a person has chosen for a field, and over which value of theirs: it holds while that value stands. */
export interface Chosen {
  side: Side;
  over: Value;
}

export interface Question {
  name: string;
  verdict: Verdict;
  base: Value;
  mine: Value;
  theirs: Value;
  merged?: Value;
  /** Null while the person has to decide. */
  side: Side | null;
  /** It was chosen once, and then they changed it again. */
  again: boolean;
}

/** Theirs as far as it is known, and how it came to that. */
export interface Waiting {
  theirs: StetRecord;
  changes: VersionInfo[];
}

/** A third save joins what waits for the person; what is older than it tells nothing new. */
export function joinWaiting(before: Waiting | null, news: Waiting): Waiting {
  const theirs = before && before.theirs.version >= news.theirs.version ? before.theirs : news.theirs;
  const known = new Map([...(before?.changes ?? []), ...news.changes].map((change) => [change.version, change]));
  return { theirs, changes: [...known.values()].sort((a, b) => a.version - b.version) };
}

export interface Choice extends Waiting {
  questions: Question[];
  /** How many still have to be decided. */
  open: number;
}

export interface ChoiceInput extends Waiting {
  resource: Resource;
  base: Body | null;
  mine: Body;
  chosen: ReadonlyMap<string, Chosen>;
}

export function choiceOf({ resource, base, mine, theirs, changes, chosen }: ChoiceInput): Choice {
  const { verdicts, conflicts, merged } = merge(resource, base, mine, theirs);
  const names = Object.keys(resource.fields).filter((name) => verdicts[name] !== 'same');
  const questions = names.map((name): Question => {
    const theirValue = theirs[name] ?? null;
    const answer = chosen.get(name);
    const stands = answer !== undefined && equal(answer.over, theirValue);
    const verdict = verdicts[name] as Verdict;
    return {
      name,
      verdict,
      base: base?.[name] ?? null,
      mine: mine[name] ?? null,
      theirs: theirValue,
      ...(verdict === 'merged' && merged ? { merged: merged[name] ?? null } : {}),
      side: stands ? answer.side : ownSide(verdict),
      again: answer !== undefined && !stands && conflicts.includes(name),
    };
  });
  return { questions, open: questions.filter(({ side }) => side === null).length, theirs, changes };
}

/** Where only one side changed a field there is nothing to decide. */
const ownSide = (verdict: Merge['verdicts'][string]): Side | null => {
  if (verdict === 'mine' || verdict === 'theirs' || verdict === 'merged') return verdict;
  return null;
};

/** The value that a question ends with; theirs stands where nothing was chosen. */
export const settledValue = ({ side, mine, theirs, merged }: Question): Value => {
  if (side === 'mine') return mine;
  return side === 'merged' && merged !== undefined ? merged : theirs;
};
