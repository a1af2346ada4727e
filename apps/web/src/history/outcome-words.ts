import { changedAgain, type LastUndone, type Restored, type Wanted } from '@stet/client';
import type { InputIssue, Resource, Stale, Tombstone, VersionInfo } from '@stet/protocol';
import { capital, issueWords, labelOf, listed, type Naming } from '../form/words.js';

// What became of a way back, said to the person; and beforehand, what it will do.

export interface Telling {
  resource: Resource;
  nameOf: Naming;
  /** Fields in which the person has typed and not saved: they stay as they are. */
  typed: readonly string[];
}

const labels = ({ resource }: Telling, names: readonly string[]): string =>
  listed(names.map((name) => labelOf(resource, name)));

/** What was typed in one of these fields, and stays. Empty where nothing was. */
export function typedWords(telling: Telling, names: readonly string[]): string {
  const typed = names.filter((name) => telling.typed.includes(name));
  return typed.length > 0 ? `What you typed in ${labels(telling, typed)} stays in your form, not saved.` : '';
}

/** `whole`: the fields of the version that differ from what stands now; null where the record is deleted. */
export function wholeWords(telling: Telling, version: number, whole: readonly string[] | null): string {
  const { one } = telling.resource.label;
  if (whole === null) return `Brings the ${one} back as it was in version ${version}.`;
  const what = `Brings back ${labels(telling, whole)} as in version ${version}; all else is so already`;
  return sentences(what, typedWords(telling, whole));
}

export function undoWords(telling: Telling, made: VersionInfo): string {
  if (made.action === 'destroy') return `Version ${made.version}: brings the ${telling.resource.label.one} back.`;
  const what = `Version ${made.version}: brings back ${labels(telling, made.fields)} as in version ${made.version - 1}`;
  return sentences(what, typedWords(telling, made.fields));
}

/** `fields`: what was asked for, or what a whole restore would have changed. */
export function restoredWords(telling: Telling, wanted: Wanted, fields: readonly string[], outcome: Restored): string {
  const what = wanted.fields
    ? `${labels(telling, wanted.fields)} of version ${wanted.version}`
    : `version ${wanted.version}`;
  switch (outcome.kind) {
    case 'restored':
      return sentences(`Restored ${what}: saved as version ${outcome.version}`, typedWords(telling, fields));
    case 'unchanged':
      return `Nothing to restore: ${what} is what stands now already.`;
    case 'stale':
      return `${againWords(telling, outcome.stale, fields)}: nothing was restored.`;
    case 'failed':
      return `Not restored: ${whyNot(telling, outcome)}`;
  }
}

/** Of fields that were left as they are. */
export const leftWords = (telling: Telling, left: readonly string[]): string =>
  `${labels(telling, left)} ${left.length === 1 ? 'has' : 'have'} changed again since, and ${left.length === 1 ? 'was' : 'were'} left.`;

export function undoneWords(telling: Telling, outcome: LastUndone): string {
  switch (outcome.kind) {
    case 'undone': {
      const { made, version } = outcome;
      return sentences(
        `Version ${made.version} is undone: saved as version ${version}`,
        typedWords(telling, made.fields),
      );
    }
    case 'unchanged':
      return `Nothing to undo: all that version ${outcome.made.version} changed is as before already.`;
    case 'nothing':
      return 'There is no save of yours here that could be undone.';
    case 'stale':
      return `${againWords(telling, outcome.stale, outcome.made.fields)}: nothing was undone.`;
    case 'failed':
      return `Not undone: ${whyNot(telling, outcome)}`;
  }
}

/** `Ben has changed Title again since` */
export function againWords(telling: Telling, stale: Stale, fields: readonly string[]): string {
  const { resource, nameOf } = telling;
  const again = changedAgain(stale, fields);
  if (again === null) return `${has(nameOf((stale.current as Tombstone).by))} deleted this ${resource.label.one} since`;
  if (again.length === 0) return `This ${resource.label.one} has moved on since`;
  return listed(
    again.map(({ by, fields: names }) => `${has(nameOf(by))} changed ${labels(telling, names)} again since`),
  );
}

const has = (name: string): string => `${capital(name)} ${name === 'you' ? 'have' : 'has'}`;

const whyNot = ({ resource }: Telling, { detail, issues }: { detail: string; issues: InputIssue[] }): string =>
  issues[0] ? `${issueWords(resource, issues[0])}.` : detail;

const sentences = (...said: string[]): string =>
  said
    .filter((sentence) => sentence !== '')
    .map((sentence) => (sentence.endsWith('.') ? sentence : `${sentence}.`))
    .join(' ');
