import type { DraftState, Overtaken, Whose } from '@stet/client';
import { type Author, type InputIssue, type Problem, problemName, type Resource } from '@stet/protocol';

// What the form says, as plain functions of plain data.

/** `Title, Pages and Notes` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export const labelOf = (resource: Resource, name: string): string => resource.fields[name]?.label ?? name;

/** How an author is called here; `you, in another tab` among them. */
export type Naming = (by: Author | null) => string;

export function who(by: Author | null, whose: Whose = 'other'): string {
  if (whose === 'own-elsewhere') return 'you, in another tab';
  if (whose === 'own') return 'you';
  if (by === null) return 'somebody';
  return by.via ? `${by.name} (${by.via})` : by.name;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Times are the server's; a page's clock may go wrong, so what lies ahead of it is now. */
export function ago(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (Number.isNaN(seconds)) return '';
  if (seconds < 45) return 'just now';
  if (seconds < 2700) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 79_200) return relative.format(-Math.max(1, Math.round(seconds / 3600)), 'hour');
  return relative.format(-Math.max(1, Math.round(seconds / 86_400)), 'day');
}

export function exactTime(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString('en', { dateStyle: 'long', timeStyle: 'medium' });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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

export interface Edit {
  resource: Resource;
  state: DraftState;
  touched: readonly string[];
  isNew: boolean;
  /** The record's version as this page knows it; null for a new one. */
  newest: number | null;
  /** The record was destroyed and nothing was typed. */
  isGone: boolean;
}

/** The save state in words (C6): true, and short enough for one line. */
export function saveWords({ resource, state, touched, isNew, newest, isGone }: Edit): string {
  const { one } = resource.label;
  if (isGone && touched.length === 0) return `This ${one} was deleted`;
  switch (state.kind) {
    case 'clean':
      return isNew ? `New ${one}, nothing typed yet` : 'No changes';
    case 'unsaved':
      return `Unsaved changes in ${shortList(touched.map((name) => labelOf(resource, name)))}`;
    case 'saving':
      return 'Saving…';
    case 'saved':
      return newest !== null && newest > state.version
        ? `Saved as version ${state.version}; version ${newest} has come in since`
        : `Saved as version ${state.version}`;
    case 'failed':
      return `Not saved: ${whyNot(resource, state.problem)}`;
    case 'choosing':
      return 'Waiting for your choice';
    case 'orphaned':
      return `Not saved: this ${one} was deleted. What you typed is kept here`;
  }
}

const shortList = (labels: readonly string[]): string =>
  labels.length <= 4 ? labels.join(', ') : `${labels.slice(0, 3).join(', ')} and ${labels.length - 3} more`;

function whyNot(resource: Resource, problem: Problem): string {
  if (problemName(problem) === 'unauthenticated') return 'nobody is signed in';
  const { detail, errors = [] } = problem;
  const [first] = errors;
  if (!first) return detail;
  const rest = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return `${issueWords(resource, first)}${rest}`;
}

/** `Pages must be a whole number`, `Authors, line 2: must not be empty` */
export function issueWords(resource: Resource, { path, message }: InputIssue): string {
  const [name = '', entry] = path.split('.');
  if (name === '') return message;
  const label = labelOf(resource, name);
  return entry === undefined ? `${label} ${message}` : `${label}, line ${Number(entry) + 1}: ${message}`;
}

/** The first fault of each field, for the place beside it. */
export function issuesByField(resource: Resource, errors: readonly InputIssue[]): Map<string, string> {
  const byField = new Map<string, string>();
  for (const issue of errors) {
    const [name = ''] = issue.path.split('.');
    if (!byField.has(name)) byField.set(name, issueWords(resource, issue));
  }
  return byField;
}
