import { type Author, atLeast, type Resource, resources } from '@stet/protocol';
import type { Engine } from '../engine.js';
import { importFile } from '../import/run.js';
import { save } from '../save/save.js';
import { done, type Hearing, type OperationOf, type Refused, type Result, refused } from './operations.js';
import { noUser } from './people.js';

// A file's rows on the road of every save, in somebody's name; whoever reads meanwhile is woken as they come.

/** Whose name stands in the history where the operator names nobody. No user can have this id. */
const operator = { id: 'stet:operator', name: 'Operator' };

const wakeEvery = 100;

type Import = OperationOf<'importFile'>;

export async function performImport(
  engine: Engine,
  asked: Import,
  { onHeard, signal }: Hearing,
): Promise<Result<'importFile'>> {
  const { store, bus } = engine;
  const { workspace, file, map, key, split, dryRun, prefer, notes } = asked;
  const resource = resources.get(asked.resource);
  if (!resource)
    return refused(`There is no resource "${asked.resource}"; there are: ${[...resources.keys()].join(', ')}.`);
  if (!(await store.workspaces.get(workspace))) return refused(`There is no workspace "${workspace}".`);
  const by = await authorOf(engine, asked, resource);
  if ('kind' in by) return by;
  let newest = 0;
  let told = 0;
  const wake = () => {
    if (newest > told) bus.publish({ kind: 'log', workspace, seq: newest });
    told = newest;
  };
  const waking = setInterval(wake, wakeEvery);
  try {
    const outcome = await importFile(
      { file, map, split, dryRun, prefer, ...(key === undefined ? {} : { key }) },
      {
        store,
        save: async (request) => {
          const outcome = await save(store, request);
          if (outcome.kind === 'saved') newest = Math.max(newest, outcome.entry.seq);
          return outcome;
        },
        workspace,
        resource,
        by,
        onColumns: (columns) => onHeard({ kind: 'columns', columns }),
        onProgress: (progress) => onHeard({ kind: 'progress', progress }),
        ...(notes ? { onNote: (note) => onHeard({ kind: 'note', note }) } : {}),
        signal,
      },
    );
    return outcome.kind === 'refused' ? outcome : done(outcome.report);
  } finally {
    clearInterval(waking);
    wake();
  }
}

async function authorOf({ auth, store }: Engine, asked: Import, resource: Resource): Promise<Author | Refused> {
  if (asked.as === undefined) return operator;
  const user = await auth.findUser(asked.as);
  if (!user) return noUser(asked.as);
  const role = await store.workspaces.role(asked.workspace, user.id);
  if (!role) return refused(`${user.username} is no member of "${asked.workspace}".`);
  if (!atLeast(role, resource.access.write)) {
    return refused(
      `${user.username} is a ${role} of "${asked.workspace}"; changing ${resource.label.many} takes an ${resource.access.write}.`,
    );
  }
  return { id: user.id, name: user.name };
}
