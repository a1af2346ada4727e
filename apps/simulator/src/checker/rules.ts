// What each rule promises, in words for people who have not read SPEC.md.

export const ruleWords: Readonly<Record<string, string>> = {
  V1: 'Each accepted save makes exactly the next version, and each version has one writer and one content.',
  V2: 'A save goes through only on top of what its author has seen: nobody’s saved work is overwritten unseen.',
  V3: 'A save that does not say which version it is based on is refused.',
  V4: 'Nothing is forced: whoever keeps their own value names the version that they overwrite.',
  V5: 'A deleted record stays deleted until somebody restores it on purpose, and its versions go on.',
  V6: 'What was acknowledged is there, for everybody and for good, also after a crash.',
  V7: 'A save that is sent again is done once, and gets its first answer.',
  L1: 'The log of changes has no holes, and nothing appears in it late.',
  L2: 'Reading on from a place in the log gives exactly what came after it, in order.',
  L3: 'Where an answer may not be complete, it says so; a part is never passed off as the whole.',
  H1: 'Everybody hears what they may read, and nothing else.',
  H2: 'Everybody hears each change once, in order, and without a gap.',
  C2: 'What others have saved appears with everybody.',
  C5: 'What somebody has typed is saved, or is still there.',
  C6: 'What a page says of a save is true.',
  M1: 'A combined save holds what both sides have done.',
  M4: 'Nothing is combined or replaced in silence: whom it concerns is told.',
  S1: 'Nobody reads or writes what is not theirs to read or write.',
};
