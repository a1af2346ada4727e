import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aloud, eventually, openPeople, peopleElsewhere } from '../support/browser.js';
import { now, saveOver } from '../support/meanwhile.js';
import { type PagePerson, textOf } from '../support/page-person.js';
import { password, type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// What people type is text, wherever it is shown: nothing in it runs, loads, leads away or breaks the page. A script that
// ran would open a dialog, and a style or picture that was let in would be refused by the page's policy: both fail a test.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

/** All that could have come from text and is no text. */
const intruders = ({ page }: PagePerson) =>
  page.evaluate(() => ({
    elements: document.querySelectorAll(
      'img, iframe, object, embed, script:not([src="/main.js"]), body style, base, meta[http-equiv]',
    ).length,
    handlers: [...document.querySelectorAll('*')].filter((each) =>
      each.getAttributeNames().some((name) => name.startsWith('on')),
    ).length,
    ways: [...document.querySelectorAll<HTMLAnchorElement>('a[href]')]
      .map(({ href }) => href)
      .filter((href) => !href.startsWith(location.origin)),
  }));
const none = { elements: 0, handlers: 0, ways: [] };

const hostile = [
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  "' onfocus=alert(1) autofocus='",
  '"></textarea></title><script>alert(1)</script><svg onload=alert(1)>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant to be one
  '{{constructor.constructor("alert(1)")()}} ${alert(1)} <!--lit-part-->',
];

describe.each(hostile)('[S3] %s', (text) => {
  test('is text in the list, the form, the banner, the choice, the history and what is announced', async () => {
    const { ben } = await openPeople(server, ['ben']);
    const { ana } = await peopleElsewhere(server, ['ana']);
    const mine = `${text} by ben`;
    const theirs = `${text} by ana`;
    const [book, other] = [
      await newBook(ana.api, { title: 'Hostile one' }),
      await newBook(ana.api, { title: 'Hostile' }),
    ];
    await ben.openBook(book.id, '?q=hostile');

    await saveOver(ana.api, other, { publisher: 'hostile', title: text });
    await eventually(() => ben.row(other.id).locator('.row-link').innerText()).toBe(text);
    await eventually(() => aloud(ben)).toContain(text);
    expect(await ben.row(other.id).locator('.row-link').getAttribute('title')).toBe(text);

    await ben.field('title').fill(mine);
    for (const name of ['authors', 'subjects', 'summary']) await ben.field(name).fill(text);
    await saveOver(ana.api, book, { title: theirs, subtitle: text, authors: [text, 'A'], publisher: 'hostile' });
    await ben.banner().waitFor();
    expect(await textOf(ben.banner())).toContain(theirs);
    expect(await ben.page.getByRole('heading', { level: 2 }).innerText()).toBe(theirs);
    expect(await ben.value('subtitle')).toBe(text);
    expect(await intruders(ben)).toEqual(none);

    await ben.save();
    await ben.choice().waitFor();
    const choice = await textOf(ben.choice());
    expect(choice).toContain(mine);
    expect(choice).toContain(theirs);
    expect(await intruders(ben)).toEqual(none);
    await ben.button('Keep mine').click();
    await eventually(() => ben.state()).toMatch(/^Saved as version 3/);
    await ben.button('History').click();
    await ben.page.getByText('created it with').waitFor();
    expect(await ben.value('title')).toBe(mine);
    expect(await ben.page.title()).toContain(mine);
    expect(await intruders(ben)).toEqual(none);
    expect(await now(ana.api, book)).toMatchObject({ title: mine, authors: [text], summary: text });
  });
});

test('[S3] a search for markup is answered in words', async () => {
  const { ana } = await openPeople(server, ['ana']);
  const [text = ''] = hostile;
  await ana.open(`?q=${encodeURIComponent(`${text}zzz`)}&sort=__proto__&status=${encodeURIComponent(text)}`);
  await ana.page.getByText(`No book fits “${text}zzz”.`).waitFor();
  expect(await intruders(ana)).toEqual(none);
});

test('[S3] after signing in nobody is led away to another site, nor to a script', async () => {
  const { ana } = await openPeople(server, ['ana']);
  for (const to of [
    '//example.org/',
    'https://example.org/',
    '/\\example.org',
    'javascript:alert(1)',
    '/%2f/example.org',
    '%',
  ]) {
    await ana.page.goto(`/sign-in?${new URLSearchParams({ to })}`);
    await ana.page.getByTestId('row').first().waitFor();
    expect(new URL(ana.page.url()).origin).toBe(server.url);
  }
});

test('a name that is markup is a name', async () => {
  const name = '<b onmouseover=alert(1)>Eve</b>';
  const added = await server.cli(['user', 'add', 'eve', '--name', name, '--password-stdin'], password);
  expect(added.stderr).toBe('');
  expect((await server.cli(['member', 'add', 'eve', 'catalogue', '--role', 'editor'])).stderr).toBe('');
  const { eve, ben } = await openPeople(server, ['eve', 'ben']);
  const book = await newBook(eve.api, { title: 'Named' });
  await ben.openBook(book.id, '?q=named');
  await eve.openBook(book.id);
  expect(await eve.page.getByText(name).count()).toBeGreaterThan(0);
  await eve.type('pages', '3');
  await eve.save();
  await ben.banner().waitFor();
  expect(await textOf(ben.banner())).toContain(`${name} saved version 2`);
  expect(await ben.row(book.id).getAttribute('data-fresh-by')).toBe(name);
  expect(await intruders(ben)).toEqual(none);
});

const wideness = ({ page }: PagePerson) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe.each([
  ['right to left', 'rightleft', 'الأمير الصغير — ‏كتاب'],
  ['emoji', 'pictured', '👩‍👩‍👧‍👦 The family 📚 of 🇦🇺 books'],
  ['combining marks', 'combined', `Z̸̢̛a̵l̶g̷o̴ ${'e\u0301'.repeat(40)}`.normalize('NFC')],
  ['500 characters without a blank', 'blankless', 'W'.repeat(500)],
  ['500 characters', 'longwinded', 'A long and winding title, '.repeat(20).slice(0, 499)],
])('a title of %s', (_kind, word, title) => {
  test('is shown, saved and told as it is, and breaks no layout at 390 pixels', async () => {
    const { ben } = await openPeople(server, ['ben'], { viewport: { width: 390, height: 844 } });
    const { ana } = await peopleElsewhere(server, ['ana']);
    const book = await newBook(ana.api, { title, publisher: word });
    await ben.open(`?q=${word}`);
    await ben.row(book.id).waitFor();
    expect(await ben.titles()).toEqual([title]);
    expect(await wideness(ben)).toBe(0);
    const height = await ben.row(book.id).evaluate((row) => row.getBoundingClientRect().height);
    expect(height, 'two lines a row').toBeLessThan(80);
    await ben.row(book.id).click();
    await eventually(() => ben.value('title')).toBe(title);
    expect(await wideness(ben)).toBe(0);
    await ben.field('notes').fill(title);
    await saveOver(ana.api, book, { notes: `${title.slice(0, 400)} by ana`, title: `${title.slice(0, 490)} two` });
    await ben.banner().waitFor();
    expect(await wideness(ben)).toBe(0);
    await ben.screenshot(`title of ${word}, banner`);
    await ben.save();
    await ben.choice().waitFor();
    expect(await wideness(ben)).toBe(0);
    await ben.screenshot(`title of ${word}, choice`);
    for (const name of ['Keep mine', 'Take theirs']) expect(await ben.button(name).isVisible()).toBe(true);
    await ben.button('Keep mine').click();
    await eventually(() => ben.stateKind()).toBe('saved');
    expect((await now(ana.api, book)).notes).toBe(title);
  });
});
