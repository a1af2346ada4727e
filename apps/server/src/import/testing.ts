import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Author, type Body, books } from '@stet/protocol';
import { openSqliteStore } from '@stet/store';
import type { Save } from '../save/request.js';
import { save } from '../save/save.js';
import { type Note, noteText } from './notes.js';
import type { ImportReport } from './report.js';
import { type ImportDeps, type ImportOptions, importFile } from './run.js';

// For tests: a workspace into which Ana imports files, and in which Ben works.

export const ana: Author = { id: 'ana', name: 'Ana' };
const ben: Author = { id: 'ben', name: 'Ben' };

/** Where the files of these tests are written. */
export const folder = mkdtempSync(join(tmpdir(), 'stet-import-'));

type Options = Omit<ImportOptions, 'file'> & Pick<Partial<ImportDeps>, 'save' | 'signal' | 'onProgress'>;

export async function desk() {
  const store = await openSqliteStore(':memory:');
  await store.workspaces.create({ id: 'w', name: 'Catalogue' });
  const at = { workspace: 'w', resource: books };
  const road = (request: Save) => save(store, request);
  const record = async (id: string) => await store.records.get('w', 'books', id);

  async function take(file: string, { save: through = road, signal, onProgress, ...options }: Options = {}) {
    const notes: Note[] = [];
    const outcome = await importFile(
      { file, ...options },
      {
        store,
        save: through,
        ...at,
        by: ana,
        onNote: (note) => {
          notes.push(note);
        },
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onProgress } : {}),
      },
    );
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return { ...outcome.report, told: notes.map(noteText) };
  }

  return {
    store,
    close: () => store.close(),
    take,
    record,
    bring: (text: string, options?: Options) => {
      const file = join(folder, `${crypto.randomUUID()}.csv`);
      writeFileSync(file, text);
      return take(file, options);
    },
    body: async (id: string) => (await record(id))?.body,
    edit: async (id: string, fields: Partial<Body>) => {
      const base = (await record(id))?.version ?? 0;
      return save(store, { ...at, id, by: ben, base, edit: { kind: base === 0 ? 'create' : 'patch', fields } });
    },
    destroy: async (id: string) =>
      save(store, { ...at, id, by: ben, base: (await record(id))?.version ?? 0, edit: { kind: 'destroy' } }),
    seq: async () => (await store.workspaces.get('w'))?.seq,
  };
}

/** The counts that are not zero. */
export const counts = (report: ImportReport) =>
  Object.fromEntries(Object.entries(report.counts).filter(([, count]) => count > 0));
