import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvPart, readCsv } from './csv.js';
import { type Delimiter, delimiterOf, inspect } from './inspect.js';

const folder = mkdtempSync(join(tmpdir(), 'stet-csv-'));
let files = 0;

function fileOf(content: string | Buffer): string {
  files += 1;
  const file = join(folder, `${files}.csv`);
  writeFileSync(file, content);
  return file;
}

/** Each part as one line of text. */
async function partsOf(content: string | Buffer, delimiter: Delimiter = ','): Promise<string[]> {
  const told = (part: CsvPart): string => {
    if (part.kind === 'row') return `${part.line}: ${part.cells.join('|')}`;
    return part.kind === 'broken' ? `${part.line}: broken` : `${part.line}-${part.to}: unreadable, ${part.reason}`;
  };
  const parts: string[] = [];
  for await (const part of readCsv(fileOf(content), delimiter)) parts.push(told(part));
  return parts;
}

describe('rows and the lines on which they begin', () => {
  test('a byte order mark, quotes, line ends of every system and blank lines', async () => {
    const rows = ['1: a|b', '2: 1|x, "y"', '3: ', '4: 2|two\nlines', '6: 3|z'];
    const text = '\uFEFFa,b\n1,"x, ""y"""\n\n2,"two\nlines"\n3,z\n';
    expect(await partsOf(text)).toEqual(rows);
    expect(await partsOf(text.replaceAll('\n', '\r\n'))).toEqual(rows);
    expect(await partsOf(text.replaceAll('\n', '\r'))).toEqual(rows);
    expect(await partsOf(text.trimEnd())).toEqual(rows);
  });

  test('semicolons and tabs', async () => {
    expect(await partsOf('a;b\n1;"x;y"', ';')).toEqual(['1: a|b', '2: 1|x;y']);
    expect(await partsOf('a\tb\n1\t', '\t')).toEqual(['1: a|b', '2: 1|']);
  });

  test('whatever was written is read back, however the bytes are cut into chunks', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\n', '\r\n', 'é', '日', '😀'), maxLength: 12 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        const read: string[][] = [];
        for await (const part of readCsv(fileOf(text), ',')) if (part.kind === 'row') read.push(part.cells);
        expect(read).toEqual(rows.map((row) => row.map((value) => value.replaceAll('\r\n', '\n'))));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is no CSV is told, not guessed at', () => {
  test('a row with a broken quote is left out, and reading goes on where the quotes fit again', async () => {
    expect(await partsOf('a,b\n1,ab"c"\n2,x\n')).toEqual([
      '1: a|b',
      '2-2: unreadable, a quote stands inside a cell that is not quoted',
      '3: 2|x',
    ]);
    expect(await partsOf('a,b\n1,"abc"def\n2,"x"\n3,"y"\n4,z\n')).toEqual([
      '1: a|b',
      '2-3: unreadable, a quoted cell goes on after its closing quote: quotes inside it must be doubled',
      '4: 3|y',
      '5: 4|z',
    ]);
    expect(await partsOf('a,b\n1,x\n2,y"z"')).toEqual([
      '1: a|b',
      '2: 1|x',
      '3-3: unreadable, a quote stands inside a cell that is not quoted',
    ]);
  });

  test('a quote that is never closed breaks off, at the line where it was opened', async () => {
    expect(await partsOf('a,b\n1,x\n2,"y\n3,z\n')).toEqual(['1: a|b', '2: 1|x', '3: broken']);
    expect(await partsOf('a,b\n1,"x"y\n3,z\n')).toEqual(['1: a|b', '2: broken']);
    const endless = `a,b\n1,x\n2,"${'y\n'.repeat(1_000_000)}`;
    expect(await partsOf(endless)).toEqual(['1: a|b', '2: 1|x', '3: broken']);
  });
});

describe('the first look at a file', () => {
  const message = async (content: string | Buffer) => {
    const inspected = await inspect(fileOf(content));
    return inspected.kind === 'refused' ? inspected.message.replace(/^.*\.csv:? /, '') : inspected.delimiter;
  };

  test('refuses what is not text, and says what it is', async () => {
    expect(await message('')).toBe('is empty.');
    expect(await message('\uFEFF \n\n')).toBe('is empty.');
    expect(await message(Buffer.from('PK\u0003\u0004rest'))).toContain('a spreadsheet (.xlsx, .ods)');
    expect(await message(Buffer.from('\uFEFFa,b', 'utf16le'))).toContain('UTF-16');
    expect(await message('a,b\n1,\0')).toContain('is not text');
    expect((await inspect(folder)).kind).toBe('refused');
    expect(await inspect(join(folder, 'nowhere.csv'))).toEqual({
      kind: 'refused',
      message: `${join(folder, 'nowhere.csv')} cannot be read: there is no such file.`,
    });
  });

  test('names the line that is not UTF-8, wherever the chunks are cut', async () => {
    const latin1 = (lines: number) =>
      Buffer.concat([Buffer.from('id,title\n1,é日😀\n'.repeat(lines)), Buffer.from([0xe9, 0x0a])]);
    expect(await message(latin1(1))).toContain('line 3 is not UTF-8');
    expect(await message(latin1(50_000))).toContain('line 100001 is not UTF-8');
    expect(await message(Buffer.from([0x61, 0x0a, 0xf0, 0x9f]))).toContain('line 2 is not UTF-8');
    expect(await message('id,title\n1,é日😀\n'.repeat(50_000))).toBe(',');
  });

  test('finds what parts the columns', () => {
    expect(delimiterOf('id;title;"a,b,c,d"\n1,2,3,4,5')).toBe(';');
    expect(delimiterOf('id\ttitle\n')).toBe('\t');
    expect(delimiterOf('title')).toBe(',');
  });

  test('can be stopped', async () => {
    expect((await inspect(fileOf('a,b'), AbortSignal.abort())).kind).toBe('refused');
  });
});
