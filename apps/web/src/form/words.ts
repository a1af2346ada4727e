import type { Whose } from '@stet/client';
import type { Author, InputIssue, Resource } from '@stet/protocol';

// What the form says, as plain functions of plain data.

/** `Title, Pages and Notes` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** As many as fit into one line. */
export const shortList = (labels: readonly string[]): string =>
  labels.length <= 4 ? labels.join(', ') : `${labels.slice(0, 3).join(', ')} and ${labels.length - 3} more`;

export const labelOf = (resource: Resource, name: string): string => resource.fields[name]?.label ?? name;

/** How an author is called here; `you, in another tab` among them. */
export type Naming = (by: Author | null) => string;

const [oneself, elsewhere] = ['you', 'you, in another tab'];

export function who(by: Author | null, whose: Whose = 'other'): string {
  if (whose === 'own-elsewhere') return elsewhere;
  if (whose === 'own') return oneself;
  if (by === null) return 'somebody';
  return by.via ? `${by.name} (${by.via})` : by.name;
}

/** Whether this is how the person who reads it is called. */
export const isOneself = (name: string): boolean => name === oneself || name === elsewhere;

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

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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
