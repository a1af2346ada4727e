import { type Body, checkBody, emptyBody, type Field, parseFields, type Resource, type Value } from '@stet/protocol';
import { type Random, randomOf } from '@stet/simulator';

// Randomness that can be replayed: what a test did follows from its seed alone. `STET_SEED=7 npx vitest run …` repeats it.

/** The seed of this run, for the titles of tests that draw at random. */
export const seed: number = Number(process.env.STET_SEED ?? Math.floor(Math.random() * 2 ** 31));

export { type Random, randomOf };

// What catalogues hold and programs stumble over: scripts, marks, emoji, astral and young letters, query syntax.
const pieces = [
  ...'the The THE a A of Harry Potter éa Żółć straße STRASSE ﬁn İı Мастер и Маргарита'.split(' '),
  ...'Ὀδύσσεια ΟΔΥΣΣΕΥΣ οδυσσευς ألف ليلة שלום हिन्दी ภาษาไทย 紅樓夢 東京 とうきょう 한국어 﨎書'.split(' '),
  ...'ᏣᎳᎩ ᦎᦱᦉᦱ 𞤀𞤣𞤤𞤢𞤥 𐐔𐐯𐑅 𠮷野家 𝒜lgebra 👩‍👩‍👧 😀 ❤️ ꙮ Ꟶ'.split(' '),
  ...'0 1 10 9 007 ½ #1 … !!! - — " \' * % _ \\ ( AND NOT NEAR constructor __proto__ null'.split(' '),
  ...['e\u0301a', '\u200d', '\ufeff', '\u{10ffff}', '\u{e000}', 'x'.repeat(85)],
];

// Values that pass the checks which chance alone would never meet.
const samples = ['eng', 'en-GB', 'ara', '0439023483', '9780439023481', '080442957X', '978-0-14-044793-4'];

export function randomText(random: Random, most = 6): string {
  const parts: string[] = [];
  for (let left = random.int(0, most); left > 0; left -= 1) {
    parts.push(random.chance(0.9) ? random.pick(pieces) : String.fromCodePoint(random.int(0x20, 0xd7ff)));
    if (random.chance(0.8)) parts.push(random.chance(0.1) ? '\n' : ' ');
  }
  return parts.join('');
}

function candidate(random: Random, field: Field): Value {
  const entries = () => Array.from({ length: random.int(0, 4) }, () => randomText(random, 3));
  const byKind: Record<Field['kind'], () => Value> = {
    line: () => (random.chance(0.3) ? random.pick(samples) : randomText(random)),
    text: () => randomText(random, 30),
    list: entries,
    set: entries,
    integer: () => random.pick([-5000, -800, -1, 0, 1, 9, 10, 476, 999, 1000, 1984, random.int(-5000, 2200)]),
    choice: () => random.pick(Object.keys(field.choices ?? {})),
  };
  return byKind[field.kind]();
}

/** A value in its stored form; the field's empty one where chance finds nothing that the schema takes. */
function randomValue(random: Random, resource: Resource, name: string, field: Field): Value {
  for (let tries = 0; tries < 20; tries += 1) {
    const parsed = parseFields(resource, { [name]: candidate(random, field) });
    const value = parsed.kind === 'ok' ? parsed.value[name] : undefined;
    if (value !== undefined && (value !== null || !field.required)) return value;
  }
  return field.empty;
}

/** A body in its stored form that the resource accepts; about a third of the fields have no value. */
export function randomBody(random: Random, resource: Resource): Body {
  const body = emptyBody(resource);
  for (const [name, field] of Object.entries(resource.fields)) {
    if (field.required || random.chance(0.7)) body[name] = randomValue(random, resource, name, field);
  }
  for (const { path } of checkBody(resource, body)) {
    const field = resource.fields[path];
    if (field) body[path] = field.required ? randomValue(random, resource, path, field) : field.empty;
  }
  const issues = checkBody(resource, body);
  if (issues.length > 0) throw new Error(`No sound body for ${resource.name}: ${JSON.stringify(issues)}`);
  return body;
}
