import type { Resource, VersionInfo } from '@stet/protocol';
import { labelOf, listed, type Naming } from '../form/words.js';

// What a version tells of itself: who did what, and over or with whom.

export interface Told {
  by: string;
  /** Goes on after the name. */
  did: string;
  /** `combined with Ben’s changes to Notes`, `chosen over Ana’s Title` */
  notes: string[];
}

export function toldOf(resource: Resource, made: VersionInfo, nameOf: Naming): Told {
  const labels = (names: readonly string[]) => listed(names.map((name) => labelOf(resource, name)));
  return { by: nameOf(made.by), did: didOf(made, labels), notes: notesOf(made, labels, nameOf) };
}

type Labels = (names: readonly string[]) => string;

function didOf({ action, version, fields, how }: VersionInfo, labels: Labels): string {
  const back = how?.restored;
  switch (action) {
    case 'destroy':
      return 'deleted it';
    case 'create':
      if (version === 1) return `created it with ${labels(fields)}`;
      return back ? `brought it back as in version ${back.version}` : `restored it with ${labels(fields)}`;
    case 'update':
      if (!back) return `changed ${labels(fields)}`;
      return back.fields
        ? `restored ${labels(back.fields)} of version ${back.version}`
        : `restored version ${back.version}: ${labels(fields)}`;
  }
}

function notesOf({ how }: VersionInfo, labels: Labels, nameOf: Naming): string[] {
  const notes: string[] = [];
  if (how?.combined) {
    const { fields, with: people } = how.combined;
    const theirs = Object.keys(fields).filter((name) => fields[name] === 'theirs' || fields[name] === 'merged');
    const names = listed(people.map((by) => whoseOf(nameOf(by))));
    notes.push(`combined with ${names} changes${theirs.length > 0 ? ` to ${labels(theirs)}` : ''}`);
  }
  if (how?.over) {
    const whose = how.over.whose.map((by) => `${whoseOf(nameOf(by))} ${labels(by.fields)}`);
    notes.push(`chosen over ${listed(whose)}`);
  }
  return notes;
}

/** `Ben’s`, `your` */
export function whoseOf(name: string): string {
  if (name === 'you') return 'your';
  return `${name}’s`;
}
