// A database that can't be read at all, in words for whoever stands before it. What the drivers throw says neither
// where nor what to do.

const fromBackup = 'Keep it as it is, and audit a copy that was put back from a backup.';
const recover = `${fromBackup} Without one, \`sqlite3 stet.db .recover\` tells what can still be read of it.`;

const isDamage = /^(SQLITE_(CORRUPT|NOTADB)|XX00[12]$)/;
/** Of SQLite's, a missing table or column is any other error of a statement. */
const isMissing = /^(SQLITE_ERROR|42P01|42703)$/;

/** `where`: the file or the shown address. Null where it is something else, to be thrown on. */
export function whyUnreadable(error: unknown, where: string): string | null {
  const { code } = error as { code?: unknown };
  if (!(error instanceof Error) || typeof code !== 'string') return null;
  const todo = code.startsWith('SQLITE_') ? recover : fromBackup;
  if (isDamage.test(code)) return `${where} is damaged (${error.message}). ${todo}`;
  if (isMissing.test(code)) return `A part of ${where} is missing (${error.message}). ${todo}`;
  return code.startsWith('SQLITE_') ? `${where} can’t be read (${error.message}).` : null;
}
