import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headline } from '@stet/simulator';
import { afterAll, expect, it } from 'vitest';
import { checkFile } from './check-file.js';

const folder = mkdtempSync(join(tmpdir(), 'stet-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const about = { scenario: 'x', seed: 1, transport: 'http', mode: 'network', workspace: 'w' };
const run = { at: 0, kind: 'run', format: 1, store: 'stet', ...about };
const invoke = { at: 1, kind: 'invoke', call: 1, editor: 'ana', op: { do: 'read', record: 'book-1' }, key: null };

function fileOf(...lines: readonly object[]): string {
  const file = join(folder, 'history.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

it('says which line of a history is wrong, and what must stand there', async () => {
  const file = fileOf(run, { ...invoke, op: { do: 'dance' } });
  expect(await checkFile(file)).toEqual({
    kind: 'wrong',
    message: `${file}, line 2, is no "invoke" as it must be: op.do must be one of create, update, destroy, restore, read, list.`,
  });
});

it('does not say that every rule held where the history is cut off', async () => {
  const cut = await checkFile(fileOf(run, invoke));
  if (cut.kind === 'wrong') throw new Error(cut.message);
  expect(headline({ ...cut.outcome, files: {}, again: null })).toBe(
    'The history ends after 1 ms, before its run did; until then no rule was broken: 1 call, 0 saves, 0 conflicts.',
  );
});
