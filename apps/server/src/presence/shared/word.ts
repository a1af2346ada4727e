import { placeSchema } from '@stet/protocol';
import * as z from 'zod';
import { mostPlaces, type Word } from '../board.js';
import { isKnown } from '../place.js';

// What one voice says in one workspace, as it stands in Redis. Whoever can write there is not believed to write sense.

/** The most characters of one word: 50 places, each with all of its fields unsaved, are less. */
export const mostWord = 32_768;
/** The most characters of a voice's id. */
export const mostId = 100;

const wordSchema = z.object({
  user: z.object({ id: z.string().min(1).max(200), name: z.string().min(1).max(200) }),
  places: z.array(z.unknown()).max(mostPlaces),
});

export const writeWord = ({ user: { id, name }, places }: Word): string =>
  JSON.stringify({ user: { id, name }, places });

/** Null for what is not understood. A place that this node does not know, being older, is left out. */
export function readWord(text: string): Word | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const word = wordSchema.safeParse(json);
  if (!word.success) return null;
  const places = word.data.places.flatMap((place) => {
    const read = placeSchema.safeParse(place);
    return read.success && read.data.state !== 'left' && isKnown(read.data) ? [read.data] : [];
  });
  return { user: word.data.user, places };
}
