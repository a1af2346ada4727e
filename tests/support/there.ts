// What a page says of who else is at a book.
import { type PagePerson, textOf } from './page-person.js';

/** In its row; in the head of the form; beside a field. */
export const inRow = (person: PagePerson, { id }: { id: string }) => said(person.row(id).getByTestId('row-people'));
export const inHead = (person: PagePerson) => textOf(person.page.getByTestId('people').locator('.stet-people-said'));
export const inField = (person: PagePerson, name: string) =>
  said(person.page.locator(`[data-field=${name}]`).getByTestId('there'));

/** Its words, '' where there is none; the signs beside them are for the eye alone. */
const said = async (place: ReturnType<PagePerson['row']>): Promise<string> => {
  const words = await place.locator('.visually-hidden, .stet-there-said').allTextContents();
  return words.join(' ').trim();
};
