// The row that the keyboard is at. It is held by id, so that it stays with its record when the list moves; its place
// is kept too, for when the record leaves.

export interface Cursor {
  id: string;
  place: number;
}

/** One row can always be reached: where the keyboard was, what took that place, or the first. Null in an empty list. */
export function mended(cursor: Cursor | null, ids: readonly string[]): Cursor | null {
  const place = cursor ? ids.indexOf(cursor.id) : -1;
  if (cursor && place >= 0) return { id: cursor.id, place };
  const instead = Math.min(cursor?.place ?? 0, ids.length - 1);
  const id = ids[instead];
  return id === undefined ? null : { id, place: instead };
}

/** At a record, where the list has it. */
export function cursorAt(id: string, ids: readonly string[]): Cursor | null {
  const place = ids.indexOf(id);
  return place < 0 ? null : { id, place };
}
