import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hueOf, hues, initials, inOrder } from './look.js';

test('initials are those of the first and the last name, in any script', () => {
  const names = ['Ana Alves', 'ben', 'Jean-Luc de la Tour', '山田 太郎', 'ñ', '  ', '💡', 'Dr. No', "O'Neill"];
  expect(names.map(initials)).toEqual(['AA', 'B', 'JT', '山太', 'Ñ', '?', '?', 'DN', 'O']);
});

test('a person’s hue is always the same, and people are spread over all of them', () => {
  expect(hueOf('ana')).toBe(hueOf('ana'));
  const found = Array.from({ length: 600 }, (_, count) => hueOf(`user${count}`));
  const counts = Array.from({ length: hues }, (_, hue) => found.filter((each) => each === hue).length);
  expect(Math.min(...counts)).toBeGreaterThan(50);
});

test('who edits comes before who looks', () => {
  const person = (id: string, state: 'viewing' | 'editing') => ({ id, name: id, state, dirty: [] });
  const people = [person('a', 'viewing'), person('b', 'editing'), person('c', 'viewing'), person('d', 'editing')];
  expect(inOrder(people).map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
});

test.each(['light', 'dark'])('each hue can be read on what it stands on: %s', (theme) => {
  const tokens = readFileSync(new URL('../css/tokens.css', import.meta.url), 'utf8');
  const block = tokens.split(`[data-bs-theme="${theme}"] {`)[1]?.split('}')[0] ?? '';
  const colour = (name: string): string => {
    const value = block.match(new RegExp(`--stet-${name}: (#[0-9a-f]{3,6});`))?.[1];
    if (!value) throw new Error(`${theme} has no ${name}`);
    return value.length === 4 ? value.replace(/[0-9a-f]/g, '$&$&') : value;
  };
  for (let hue = 0; hue < hues; hue += 1) {
    for (const ground of ['page', 'on-person', 'hover', 'open', 'fresh']) {
      expect(contrast(colour(`person-${hue}`), colour(ground)), `${hue} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}
