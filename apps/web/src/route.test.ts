import { expect, test } from 'vitest';
import { pathOf, returnPath, signInSearch } from './route.js';

test('each place has its address, with what the list shows', () => {
  expect(pathOf({ kind: 'record', workspace: 'catalogue', id: 'a.b~1' }, '?q=x')).toBe('/w/catalogue/books/a.b~1?q=x');
  expect(pathOf({ kind: 'new', workspace: 'catalogue' })).toBe('/w/catalogue/books/new');
  expect(pathOf({ kind: 'drafts', workspace: 'catalogue' }, '?q=x')).toBe('/w/catalogue/drafts?q=x');
  expect(pathOf({ kind: 'list', workspace: 'catalogue' }, '?sort=-title')).toBe('/w/catalogue/books?sort=-title');
});

test('after signing in the way leads back to where it came from', () => {
  const from = '/w/catalogue/books/7?q=tolkien&sort=-updatedAt';
  expect(returnPath(signInSearch(from))).toBe(from);
  expect(signInSearch('/')).toBe('');
  expect(returnPath('')).toBe('/');
});

test('and never to another site', () => {
  const foreign = [
    'https://evil.example/x',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/.//evil.example',
  ];
  for (const to of foreign) expect(returnPath(signInSearch(to))).toMatch(/^\/([^/\\]|$)/);
  expect(returnPath(signInSearch('/sign-in?to=/sign-in'))).toBe('/');
});
