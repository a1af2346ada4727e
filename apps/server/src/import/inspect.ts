import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';

// The first look at a file, before anything is written: is it one, is it text, and what parts its columns? It is read
// through once in bounded memory, so that a file that cannot be read to its end is refused as a whole.

export type Inspection = { kind: 'csv'; size: number; delimiter: Delimiter } | { kind: 'refused'; message: string };

export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

const chunkSize = 1 << 18;

const signatures: ReadonlyArray<[bytes: number[], what: string]> = [
  [[0xff, 0xfe], 'UTF-16 text: save it as UTF-8'],
  [[0xfe, 0xff], 'UTF-16 text: save it as UTF-8'],
  [[0x50, 0x4b, 0x03, 0x04], 'a spreadsheet (.xlsx, .ods) or an archive: save it as CSV first'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet (.xls): save it as CSV first'],
  [[0x1f, 0x8b], 'compressed: unpack it first'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
];

/** Reads the whole file once. `signal` ends the reading early, with a refusal. */
export async function inspect(file: string, signal?: AbortSignal): Promise<Inspection> {
  const refused = (message: string): Inspection => ({ kind: 'refused', message });
  try {
    const found = await stat(file);
    if (!found.isFile()) return refused(`${file} is not a file.`);
    if (found.size === 0) return refused(`${file} is empty.`);
    const handle = await open(file, 'r');
    try {
      let head = '';
      const text = new TextCheck();
      const buffer = Buffer.allocUnsafe(chunkSize);
      for (;;) {
        if (signal?.aborted) return refused('The import was stopped before it began.');
        const { bytesRead } = await handle.read(buffer, 0, chunkSize);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        const what = head === '' && signatures.find(([bytes]) => bytes.every((byte, place) => chunk[place] === byte));
        if (what) return refused(`${file} is ${what[1]}.`);
        const broken = text.add(chunk);
        if (broken) return refused(`${file}: ${broken}`);
        head ||= chunk.toString('utf8').replace(/^\uFEFF/, '');
      }
      const broken = text.end();
      if (broken) return refused(`${file}: ${broken}`);
      if (text.blank) return refused(`${file} is empty.`);
      return { kind: 'csv', size: found.size, delimiter: delimiterOf(head) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refused(`${file} cannot be read: ${reasonOf(error)}.`);
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'the permission is missing',
  EISDIR: 'it is a folder',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

/** What parts the columns of the first line: the mark that stands in it most often, outside quotes. */
export function delimiterOf(head: string): Delimiter {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of head) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) break;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const count = (mark: string) => counts.get(mark) ?? 0;
  return delimiters.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Whether bytes that come in chunks are UTF-8 text; says what is wrong, with the line. */
class TextCheck {
  blank = true;
  #line = 1;
  #rest: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): string | null {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = bytes.length - unfinished(bytes);
    const broken = this.#check(bytes.subarray(0, end));
    this.#rest = Buffer.from(bytes.subarray(end));
    return broken;
  }

  end(): string | null {
    return this.#check(this.#rest);
  }

  #check(bytes: Buffer): string | null {
    if (bytes.includes(0)) return 'is not text: it holds bytes of zero. Save it as CSV in UTF-8.';
    if (isUtf8(bytes)) {
      if (this.blank) this.blank = /^[\s\uFEFF]*$/.test(bytes.toString('utf8'));
      this.#line += newlines(bytes);
      return null;
    }
    for (const line of linesOf(bytes)) {
      if (!isUtf8(line)) break;
      this.#line += 1;
    }
    return `line ${this.#line} is not UTF-8. Save the file as UTF-8 and import it again; nothing was imported.`;
  }
}

// How many bytes at the end begin a character that the next chunk ends.
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  while (from <= bytes.length) {
    const at = bytes.indexOf(10, from);
    const to = at === -1 ? bytes.length : at;
    yield bytes.subarray(from, to);
    from = to + 1;
  }
}
