import type { DraftState, Overtaken, Whose } from '@stet/client';
import type { Author, InputIssue, Resource } from '@stet/protocol';

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

/** `Ana saved version 13`, `Ana and Ben saved versions 13 to 15` */
export function overtakenWords({ changes, version }: Overtaken): string {
  const names = changes.map(({ by, whose }) => who(by, whose));
  return savedWords(
    names,
    changes.map((change) => change.version),
    version,
  );
}

/** Who made which versions, up to this one; a name may come more than once. */
export function savedWords(names: readonly string[], made: readonly number[], version: number): string {
  const people = [...new Set(names)];
  const first = Math.min(version, ...made);
  const comma = people.length === 1 && people[0]?.includes(',') ? ',' : '';
  const versions = first === version ? `version ${version}` : `versions ${first} to ${version}`;
  return `${capital(listed(people))}${comma} saved ${versions}`;
}

export interface Edit {
  resource: Resource;
  state: DraftState;
  touched: readonly string[];
  isNew: boolean;
  /** The record was destroyed and nothing was typed. */
  isGone: boolean;
}

/** The save state in words (C6): true, and short enough for one line. */
export function saveWords({ resource, state, touched, isNew, isGone }: Edit): string {
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
      return `Saved as version ${state.version}`;
    case 'failed':
      return `Not saved: ${whyNot(resource, state.problem.detail, state.problem.errors ?? [])}`;
    case 'choosing':
      return 'Waiting for your choice';
    case 'orphaned':
      return `Not saved: this ${one} was deleted. What you typed is kept here`;
  }
}

const shortList = (labels: readonly string[]): string =>
  labels.length <= 4 ? labels.join(', ') : `${labels.slice(0, 3).join(', ')} and ${labels.length - 3} more`;

function whyNot(resource: Resource, detail: string, errors: readonly InputIssue[]): string {
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
