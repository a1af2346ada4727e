import type { Overtaken } from '@stet/client';
import { capital, listed, who } from './words.js';

// Who saved what meanwhile, in a sentence: over the banner, and over the choice.

type Saves = Overtaken['changes'];

/** `Ana saved version 13`, `Ana and Ben saved versions 13 to 15`, `Ana saved version 13. Ben restored it as version 15` */
export function overtakenWords({ changes, version }: Overtaken, isRestored: (version: number) => boolean): string {
  const runs: Array<{ restored: boolean; saves: Saves }> = [];
  for (const change of changes) {
    const run = runs.at(-1);
    if (isRestored(change.version)) runs.push({ restored: true, saves: [change] });
    else if (!run || run.restored) runs.push({ restored: false, saves: [change] });
    else run.saves.push(change);
  }
  return runs.map(({ restored, saves }) => runWords(saves, restored, version)).join('. ');
}

function runWords(saves: Saves, restored: boolean, version: number): string {
  const names = saves.map(({ by, whose }) => who(by, whose));
  const last = saves.at(-1)?.version ?? version;
  const made = saves.map((save) => save.version);
  return savedWords(names, made, last, restored ? 'restored it as' : 'saved');
}

/** Who made which versions, up to this one; a name may come more than once. */
export function savedWords(
  names: readonly string[],
  made: readonly number[],
  version: number,
  verb: 'saved' | 'restored it as' = 'saved',
): string {
  const people = [...new Set(names)];
  const first = Math.min(version, ...made);
  const comma = people.length === 1 && people[0]?.includes(',') ? ',' : '';
  const versions = first === version ? `version ${version}` : `versions ${first} to ${version}`;
  return `${capital(listed(people))}${comma} ${verb} ${versions}`;
}
