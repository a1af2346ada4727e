import { afterAll, beforeAll, expect, test } from 'vitest';
import { live } from '../stories/live.js';
import { tell } from '../stories/tell.js';
import { allow, eventually, openPeople, openStranger } from '../support/browser.js';
import { now } from '../support/meanwhile.js';
import { password, type Server, startServer } from '../support/server.js';
import { newBook } from '../support/story.js';

// Two people at their browsers: what one saves, the other sees.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

test('signing in leads to the book that was asked for; a wrong password is told and costs nothing', async () => {
  const ana = await openStranger(server);
  allow(ana, /^Failed to load resource: .* 401 .* at \S+\/sign-in\/username$/);
  await ana.page.goto('/w/catalogue/books/7');
  await ana.page.getByLabel('User name').fill('ana');
  await ana.page.getByLabel('Password').fill('let it fall');
  await ana.press('Enter');
  const told = ana.page.getByRole('alert').filter({ hasText: 'password' });
  await told.waitFor();
  expect(await ana.focused()).toBe('password');
  await ana.page.keyboard.type(password);
  await ana.press('Enter');
  await ana.field('title').waitFor();
  expect(new URL(ana.page.url()).pathname).toBe('/w/catalogue/books/7');
  expect(await ana.page.getByText('Ana Alves').count()).toBe(1);
});

test('a reader follows what others save, and is offered no change', async () => {
  const { ana, vic } = await openPeople(server, ['ana', 'vic']);
  const book = await newBook(ana.api, { title: 'Kowari', status: 'draft' });
  await vic.openBook(book.id, '?q=kowari');
  await vic.field('title').focus();
  await vic.page.keyboard.type('not for readers');
  await vic.press('Control+s');
  expect(await vic.value('title')).toBe('Kowari');
  expect(await vic.field('status').isDisabled()).toBe(true);
  for (const name of ['Save', 'Delete', 'Discard my changes']) expect(await vic.button(name).count()).toBe(0);
  expect(await vic.page.getByRole('link', { name: 'New book' }).count()).toBe(0);
  await ana.openBook(book.id);
  await ana.type('title', 'Kowari two');
  await ana.save();
  await eventually(() => vic.value('title')).toBe('Kowari two');
  expect(await now(ana.api, book)).toMatchObject({ title: 'Kowari two', version: 2 });
});

tell(live, () => server);
