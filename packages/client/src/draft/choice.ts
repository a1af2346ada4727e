import {
  type Body,
  equal,
  merge,
  proposal,
  type Resource,
  type StetRecord,
  type Value,
  type Verdict,
  type VersionInfo,
} from '@stet/protocol';

// A choice between two edits, as plain data. It is computed anew from base, mine, theirs and what was chosen so far,
// so a third save that lands meanwhile changes the question and loses no answer (C4).

/** `edited`: combined by hand. */
export type Side = 'mine' | 'theirs' | 'merged' | 'edited';

/**
 * What a person has chosen for a field, and between which values: it holds while theirs stands, and while nothing
 * more is typed into a field for which mine was not chosen.
 */
export interface Chosen {
  side: Side;
  over: Value;
  mine: Value;
  /** What they combined by hand; it stays at hand whatever they choose after that. */
  edited?: Value;
}

export interface Question {
  name: string;
  verdict: Verdict;
  base: Value;
  mine: Value;
  theirs: Value;
  merged?: Value;
  /** A value with both in it, to be combined by hand; null where the two can only replace each other. */
  proposal: Value;
  /** What the person has made of it so far. */
  edited?: Value;
  /** Null while the person has to decide. */
  side: Side | null;
  /** It was chosen once, and then they changed it again. */
  again: boolean;
}

/** What a choice, or a banner, tells of one version that came in between. */
export type Between = Pick<VersionInfo, 'version' | 'by' | 'at' | 'fields'>;

/** Theirs as far as it is known, and how it came to that. */
export interface Waiting {
  theirs: StetRecord;
  changes: Between[];
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
  const { verdicts, combined } = merge(resource, base, mine, theirs);
  const questions = Object.entries(resource.fields).flatMap(([name, field]): Question[] => {
    const verdict = verdicts[name];
    if (verdict === undefined || verdict === 'same') return [];
    const [was, own, other] = [base?.[name] ?? null, mine[name] ?? null, theirs[name] ?? null];
    const answer = chosen.get(name);
    const stands =
      answer !== undefined && equal(answer.over, other) && (answer.side === 'mine' || equal(answer.mine, own));
    const isConflict = verdict === 'conflict';
    return [
      {
        name,
        verdict,
        base: was,
        mine: own,
        theirs: other,
        ...(verdict === 'merged' ? { merged: combined[name] ?? null } : {}),
        proposal: isConflict ? proposal(field, was, own, other) : null,
        ...(answer?.edited === undefined ? {} : { edited: answer.edited }),
        side: stands ? answer.side : isConflict ? null : verdict,
        again: answer !== undefined && !stands && isConflict,
      },
    ];
  });
  return { questions, open: questions.filter(({ side }) => side === null).length, theirs, changes };
}

/** The value that a question ends with; theirs stands where nothing was chosen. */
export function settledValue({ side, mine, theirs, merged, edited }: Question): Value {
  switch (side) {
    case 'mine':
      return mine;
    case 'merged':
      return merged ?? null;
    case 'edited':
      return edited ?? null;
    case 'theirs':
    case null:
      return theirs;
  }
}

/** The fields that are answered together with this one (M3): those in question of its group. */
export function answeredWith(resource: Resource, { questions }: Choice, name: string): Question[] {
  const group = resource.together.find((names) => names.includes(name)) ?? [name];
  return questions.filter(
    (question) => question.name === name || (group.includes(question.name) && question.verdict === 'conflict'),
  );
}
