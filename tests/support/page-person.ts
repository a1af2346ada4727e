// One person and their page: what they do and see, in words of the editor.
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import type { Person } from './api.js';

export interface PagePerson {
  readonly name: string;
  readonly page: Page;
  /** The same person, by the interface for programs. */
  readonly api: Person;
  /** Loads a page of the catalogue, such as `''`, `'?q=dune'` or `'/new'`, and waits until it is live. */
  open(path: string): Promise<void>;
  /** Loads the form of a book; `search` is what the list beside it shows. */
  openBook(id: string, search?: string): Promise<void>;
  field(name: string): Locator;
  value(name: string): Promise<string>;
  /** Puts the caret into a field and types over what stands there. */
  type(name: string, text: string): Promise<void>;
  /** The same with a text that comes all at once, as from the clipboard. */
  paste(name: string, text: string): Promise<void>;
  /** Ctrl+S, and waits for what becomes of it. */
  save(): Promise<void>;
  press(...keys: string[]): Promise<void>;
  button(name: string | RegExp): Locator;
  /** What the save state says, in words; `stateKind` is what it is. */
  state(): Promise<string>;
  stateKind(): Promise<string | null>;
  banner(): Locator;
  choice(): Locator;
  row(id: string): Locator;
  /** The titles that the list shows, in order. */
  titles(): Promise<string[]>;
  /** The name of the field that has the focus, or null. */
  focused(): Promise<string | null>;
  /** Into tests/screenshots. */
  screenshot(name: string): Promise<void>;
}

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));

export const pictureOf = (name: string): string =>
  `${folder}${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120)}.png`;

/** `base`: where its pages are, where that is not where the browser's are. */
export function personAtPage({
  name,
  page,
  api,
  base = '',
}: Pick<PagePerson, 'name' | 'page' | 'api'> & { base?: string }): PagePerson {
  const field = (field: string) => page.locator(`.stet-fields [name="${field}"]`);
  const saveState = page.getByTestId('save-state');
  async function open(path: string): Promise<void> {
    await page.goto(`${base}/w/catalogue/books${path}`);
    await page.locator('[data-testid=connection][data-state=live]').waitFor();
  }
  return {
    name,
    page,
    api,
    open,
    async openBook(id, search = '') {
      await open(`/${id}${search}`);
      await field('title').waitFor();
    },
    field,
    value: (name) => field(name).inputValue(),
    async type(name, text) {
      await field(name).focus();
      await field(name).selectText();
      await page.keyboard.type(text);
    },
    async paste(name, text) {
      await field(name).focus();
      await field(name).selectText();
      await page.keyboard.insertText(text);
    },
    async save() {
      await page.keyboard.press('Control+s');
      await page.locator('[data-testid=save-state]:not([data-state=saving])').waitFor();
    },
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    button: (name) => page.getByRole('button', { name, exact: true }),
    state: async () => (await saveState.innerText()).trim(),
    stateKind: () => saveState.getAttribute('data-state'),
    banner: () => page.getByTestId('banner'),
    choice: () => page.getByTestId('choice'),
    row: (id) => page.locator(`[data-testid=row][data-id="${id}"]`),
    titles: () => page.locator('[data-testid=row] .row-link').allInnerTexts(),
    focused: () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? null),
    async screenshot(name) {
      await page.screenshot({ path: pictureOf(name) });
    },
  };
}

/** What a person reads there, in one line. */
export const textOf = async (place: Locator): Promise<string> => (await place.innerText()).replace(/\s+/g, ' ').trim();

/** Where somebody is in the form: all that nobody else may move (C1). */
export interface Standing {
  focused: string | null;
  value: string | null;
  selection: [start: number | null, end: number | null, direction: string | null] | null;
  /** Of the field, and of the form around it. */
  scrolled: number[];
  /** Of the focused field on the screen. */
  place: { x: number; y: number; width: number; height: number } | null;
}

export const standing = ({ page }: PagePerson): Promise<Standing> =>
  page.evaluate(() => {
    const field = document.activeElement;
    const isText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
    if (!isText) return { focused: null, value: null, selection: null, scrolled: [], place: null };
    const { x, y, width, height } = field.getBoundingClientRect();
    const scrolled: number[] = [];
    for (let at: Element | null = field; at; at = at.parentElement) scrolled.push(at.scrollTop, at.scrollLeft);
    return {
      focused: field.name,
      value: field.value,
      selection: [field.selectionStart, field.selectionEnd, field.selectionDirection],
      scrolled,
      place: { x, y, width, height },
    };
  });
