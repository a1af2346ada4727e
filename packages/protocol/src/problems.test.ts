import { expect, test } from 'vitest';
import { type ProblemName, problem, problemKinds, problemName, problemType } from './problems.js';

const names = Object.keys(problemKinds) as ProblemName[];

test.each(names)('%s has a status, a title and a sentence that says when it comes or what to do', (name) => {
  const { status, title, about } = problemKinds[name];
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(title).toMatch(/^[A-Z].*[^.]$/);
  expect(about).toMatch(/^[A-Z].{20,}\.$/s);
});

test('a problem says its row of the table, and the detail and members that it was given', () => {
  expect(problem('gone')).toEqual({
    type: '/problems/gone',
    title: problemKinds.gone.title,
    status: 410,
    detail: problemKinds.gone.about,
  });
  expect(problem('gone', 'Destroyed by Ana.', { version: 7 })).toMatchObject({
    detail: 'Destroyed by Ana.',
    version: 7,
  });
});

test('a received problem is recognised by its type, whatever server it came from', () => {
  for (const name of names) {
    expect(problemName({ type: problemType(name) })).toBe(name);
    expect(problemName({ type: `https://stet.example${problemType(name)}` })).toBe(name);
  }
  for (const type of [
    'about:blank',
    '/problems/',
    '/problems/toString',
    '/problems/__proto__',
    '',
    5,
    null,
    undefined,
  ]) {
    expect(problemName({ type })).toBeNull();
  }
});
