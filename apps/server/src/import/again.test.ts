import { type Body, books } from '@stet/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counts, desk } from './testing.js';

// People and files take turns at one record. A model of a few lines says what must come of it: for each field the value,
// and what the last import that wrote it wrote.

type Step = {
  by: 'Ben' | 'file' | 'file, preferred';
  fields: Partial<Record<'title' | 'series' | 'language', string>>;
};

const value = fc.constantFrom('aa', 'bb', 'cc');
const step: fc.Arbitrary<Step> = fc.record({
  by: fc.constantFrom('Ben' as const, 'file' as const, 'file' as const, 'file, preferred' as const),
  fields: fc.record({ title: value, series: value, language: value }, { requiredKeys: ['title'] }),
});

const rowOf = (fields: Step['fields']): string =>
  `id,title,series,language\n1,${fields.title ?? ''},${fields.series ?? ''},${fields.language ?? ''}\n`;

function model() {
  const now: Record<string, unknown> = {};
  const imported: Record<string, unknown> = {};
  return {
    now,
    take({ by, fields }: Step): void {
      for (const [name, said] of Object.entries(fields)) {
        const base = imported[name];
        const free = now[name] === base || by === 'file, preferred';
        if (by === 'Ben') now[name] = said;
        else if (said !== now[name] && said !== base && free) {
          now[name] = said;
          imported[name] = said;
        }
      }
    },
  };
}

test('people and files in any order: nobody’s edit is undone, and a file again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const { bring, edit, record, close } = await desk();
      const expected = model();
      for (const one of steps) {
        expected.take(one);
        if (one.by === 'Ben') await edit('1', one.fields as Partial<Body>);
        else {
          const prefer = one.by === 'file' ? 'people' : 'file';
          await bring(rowOf(one.fields), { prefer });
          const { version } = (await record('1')) ?? {};
          expect(counts(await bring(rowOf(one.fields), { prefer }))).toMatchObject({ rows: 1, unchanged: 1 });
          expect((await record('1'))?.version).toBe(version);
        }
        const body = (await record('1'))?.body ?? {};
        for (const name of Object.keys(books.fields)) {
          if (name in expected.now) expect(body[name], name).toBe(expected.now[name]);
        }
      }
      await close();
    }),
    { numRuns: 60 },
  );
});
