import type * as z from 'zod';

// What is wrong in a scenario's file, in words for whoever wrote it: what must stand there, not how it was found out.

export interface Fault {
  path: ReadonlyArray<PropertyKey>;
  /** It is the name before the colon that is wrong. */
  isKey?: boolean;
  what: string;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a set of names with values',
  record: 'a set of names with values',
};

/** For zod, where a schema has no words of its own. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `must be ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
  return undefined;
}

const unitOf = (origin: string): string =>
  origin === 'string' ? ' letters long' : origin === 'array' ? ' entries long' : '';

/** `allowed`: the names that may stand at a path. */
export function faultsIn(error: z.ZodError, allowed: (path: ReadonlyArray<PropertyKey>) => readonly string[]): Fault[] {
  const unknown = error.issues.filter((issue) => issue.code === 'unrecognized_keys').map(({ path }) => path.join());
  return error.issues.flatMap((issue): Fault[] => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') {
      const what = `is not known here; what is: ${allowed(path).join(', ')}`;
      return issue.keys.map((key) => ({ path: [...path, key], isKey: true, what }));
    }
    if (issue.code === 'invalid_key') return [{ path, isKey: true, what: issue.issues[0]?.message ?? issue.message }];
    // Where a name is wrong, what it stands for is missing: that is no second fault.
    return unknown.includes(path.join()) ? [] : [{ path, what: issue.message }];
  });
}

/** `where` says the line of a path. Only so many: whoever has mended them sees the next ones. */
export function told(faults: readonly Fault[], where: (fault: Fault) => number | null): string[] {
  const most = 20;
  const sentences = faults.map((fault) => {
    const line = where(fault);
    const name = fault.path.findLast((part) => typeof part === 'string');
    const words = [
      ...(line === null ? [] : [`line ${line}`]),
      ...(name === undefined ? [] : [name.slice(0, 60)]),
      fault.what,
    ];
    return words.join(': ');
  });
  return sentences.length > most ? [...sentences.slice(0, most), `and ${sentences.length - most} more`] : sentences;
}
