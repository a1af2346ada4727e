import type { Flaw, FlawKind } from './flaw.js';

// What each finding means: the rule of SPEC.md that does not hold, a sentence, and what to do about it.

export interface Words {
  rule: string;
  what: string;
  todo: string;
}

type Of<K extends FlawKind> = Extract<Flaw, { kind: K }>;
type Meaning<K extends FlawKind> = {
  rule: string;
  what(flaw: Of<K>): string;
  todo: string | ((flaw: Of<K>) => string);
};

const list = (names: readonly string[]): string => names.join(', ');
const span = (one: string, many: string, from: number, to: number): string =>
  from === to ? `${one} ${from} is` : `${many} ${from} to ${to} are`;

const backup = 'Keep this database as it is, and take what is missing from a backup of before.';
const asItStands =
  'The history has it: look at the version in the record’s history, and restore what should stand there.';
const aside = 'Nothing that was saved is lost by it. Report it, with what was done to the database before.';

const meanings: { [K in FlawKind]: Meaning<K> } = {
  'version-missing': {
    rule: 'V1',
    what: ({ from, to }) => `${span('version', 'versions', from, to)} not in the history`,
    todo: backup,
  },
  'version-out-of-order': {
    rule: 'L1',
    what: ({ version, seq, after }) =>
      `version ${version} stands at place ${seq} of the log, before its predecessor at ${after}`,
    todo: 'Readers were told of them in the wrong order. Give the log a new epoch, so that all read anew.',
  },
  'content-missing': {
    rule: 'V6',
    what: ({ version }) => `version ${version} was accepted, and has no content`,
    todo: backup,
  },
  'content-unreadable': {
    rule: 'V6',
    what: ({ version, part }) => `the ${part} of version ${version} can’t be read`,
    todo: backup,
  },
  'change-unsaid': {
    rule: 'M4',
    what: ({ version, fields }) => `version ${version} has other values than the one before in ${list(fields)}, unsaid`,
    todo: `Values were replaced, and nobody was told. ${asItStands}`,
  },
  'change-untrue': {
    rule: 'V6',
    what: ({ version, fields }) => `version ${version} says that it changed ${list(fields)}, and did not`,
    todo: `What was accepted for them is not there. ${backup}`,
  },
  'change-empty': {
    rule: 'V1',
    what: ({ version }) => `version ${version} changes nothing, and is a version all the same`,
    todo: aside,
  },
  'tombstone-with-content': {
    rule: 'V5',
    what: ({ version }) => `version ${version} is a tombstone, and has content`,
    todo: 'Nobody saved that content: don’t restore this version. What was destroyed stands in the version before.',
  },
  'action-impossible': {
    rule: 'V5',
    what: ({ version, action, upon }) => `version ${version} is a ${action} upon ${upon}`,
    todo: asItStands,
  },
  'came-back': {
    rule: 'V5',
    what: ({ version }) => `version ${version} brings back what was destroyed, and is no restore`,
    todo: 'Ask its author whether it should be there; if not, destroy the record again.',
  },
  'base-impossible': {
    rule: 'V2',
    what: ({ version, base }) => `version ${version} is based on version ${base}, which can’t be`,
    todo: 'It is not certain whom it replaced. Compare it with the versions before.',
  },
  'combined-unsaid': {
    rule: 'M4',
    what: ({ version, seen }) =>
      `version ${version} was written by who had seen version ${seen}, and does not say that it was combined`,
    todo: 'It is not certain whose values stand in it. Compare it with the versions before.',
  },
  'author-missing': {
    rule: 'V6',
    what: ({ version }) => `of version ${version} nobody is the author`,
    todo: backup,
  },
  'time-malformed': {
    rule: 'V6',
    what: ({ version, at }) => `version ${version} was written at ${JSON.stringify(at)}, which is no time`,
    todo: backup,
  },
  'value-impossible': {
    rule: 'S3',
    what: ({ version, fields }) => `version ${version} has values in ${list(fields)} that no save is accepted with`,
    todo: `Nobody saved them. ${asItStands}`,
  },
  'record-missing': {
    rule: 'V6',
    what: ({ version }) => `the history comes to version ${version}, and there is no record`,
    todo: `Nobody can read it. ${backup}`,
  },
  'record-astray': {
    rule: 'V6',
    what: ({ version, last }) => `the record is at version ${version}, its history at ${last}`,
    todo: `No save of it will go through. ${backup}`,
  },
  'record-differs': {
    rule: 'V6',
    what: ({ version, parts }) => `at version ${version} the record differs from its history in ${list(parts)}`,
    todo: ({ destroyed }) =>
      destroyed
        ? `This version is a tombstone, and can’t be restored. ${backup}`
        : 'What was acknowledged stands in the history: restore this version, which writes it anew.',
  },
  'history-missing': {
    rule: 'V6',
    what: ({ version }) => `the record is at version ${version}, and has no history at all`,
    todo: backup,
  },
  'place-missing': {
    rule: 'L1',
    what: ({ from, to }) => `${span('place', 'places', from, to)} empty in the log`,
    todo: `Whoever reads the log is told too little. ${backup} Give the log a new epoch then, so that all read anew.`,
  },
  'place-beyond': {
    rule: 'L1',
    what: ({ from, head }) => `the log’s counter stands at ${head}, and place ${from} is taken`,
    todo: `No save will go through. ${backup}`,
  },
  'workspace-unknown': {
    rule: 'L1',
    what: () => 'the log has changes of it, and there is no such workspace',
    todo: backup,
  },
  'epoch-malformed': {
    rule: 'L3',
    what: ({ epoch }) => `its epoch is ${JSON.stringify(epoch)}: tags and cursors of it can’t be read`,
    todo: 'Give the log a new epoch of letters and digits; all read anew then.',
  },
  'floor-astray': {
    rule: 'L3',
    what: ({ floor, head }) => `the log is kept after ${floor}, and its newest place is ${head}`,
    todo: 'Set the floor to 0: everything is there, and whoever was away can read on.',
  },
  'key-astray': {
    rule: 'V7',
    what: ({ user, key, version }) => `the key ${key} of ${user} tells of version ${version}, which is not there`,
    todo: `Sent again, that write fails. ${backup}`,
  },
  'key-forgotten': {
    rule: 'V7',
    what: ({ user, key, version }) =>
      `version ${version} was written by ${user} with the key ${key}, which is not kept`,
    todo: 'Sent again, that write is refused as stale instead of being answered as before. Nothing stored is wrong.',
  },
  'key-twice': {
    rule: 'V7',
    what: ({ user, key, version, other }) =>
      `version ${version} was written by ${user} with the key ${key}, which stands for ${other}`,
    todo: 'A retry made a second version: compare the two, and restore the one that should stand.',
  },
  'key-untrue': {
    rule: 'V7',
    what: ({ user, key, version, says }) =>
      `the key ${key} of ${user} tells of version ${version} as ${JSON.stringify(says)}, which it can’t be`,
    todo: 'Sent again, that write is answered with what it never did. Its versions themselves stand as they are.',
  },
  'notice-unsaid': {
    rule: 'M4',
    what: ({ user, version }) =>
      `a notice tells ${user} that version ${version} replaced values of theirs, and the version does not say so`,
    todo: 'Tell them: what they had saved stands in the versions before, and can be restored from there.',
  },
  'notice-astray': {
    rule: 'M4',
    what: ({ user, seq }) => `a notice tells ${user} of place ${seq} of the log, where nothing is`,
    todo: aside,
  },
  'notice-missing': {
    rule: 'M4',
    what: ({ user, version }) => `version ${version} replaced values of ${user} knowingly, who has no notice of it`,
    todo: 'Tell them: their values stand in the history, and can be restored from there.',
  },
  unlisted: {
    rule: 'V6',
    what: ({ version }) => `the record, at version ${version}, is in no list by the time of its last change`,
    todo: 'It can be read by its address. Its next save lists it again in that order.',
  },
  misplaced: {
    rule: 'V6',
    what: ({ version, fields }) =>
      `the record, at version ${version}, is not where it belongs in the lists by ${list(fields)}`,
    todo: 'It can be read by its address. Report it, with what was done to the database before.',
  },
  unsearched: {
    rule: 'V6',
    what: ({ version }) => `the record, at version ${version}, is found by no search`,
    todo: 'It can be read by its address. Its next save in which its words change lets it be found again.',
  },
  'list-astray': {
    rule: 'V6',
    what: ({ resource, field, listed, live }) =>
      `ordered by ${field}, the list of ${resource} has ${listed} records, and there are ${live}`,
    todo: 'All can be read by their addresses. Report it, with what was done to the database before.',
  },
};

export function wordsOf<K extends FlawKind>(flaw: Of<K>): Words {
  const meaning: Meaning<K> = meanings[flaw.kind as K];
  const { rule, todo } = meaning;
  return { rule, what: meaning.what(flaw), todo: typeof todo === 'string' ? todo : todo(flaw) };
}
