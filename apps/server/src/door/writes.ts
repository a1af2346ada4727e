import { idSchema, issuesOf, parseFields, problem } from '@stet/protocol';
import * as z from 'zod';
import type { Edit } from '../save/request.js';
import { save } from '../save/save.js';
import { type Answer, refuse } from './answer.js';
import { answerOf } from './outcome.js';
import { noQuery, readQuery, writeQuery } from './query.js';
import type { Asked } from './route.js';
import type { ResourceScope } from './scope.js';
import type { Within } from './within.js';
import { writeHeaders } from './write-headers.js';

// Writing records: what was sent is judged field by field, then the headers, and all of it goes the road of one save.

/** Only what changes a content can be combined: a create and a delete know no `onConflict`. */
const queryOf = ({ kind }: Edit) => (kind === 'create' || kind === 'destroy' ? noQuery : writeQuery);

async function edit(
  asked: Asked,
  { workspace, resource }: ResourceScope,
  id: string | null,
  change: Edit,
): Promise<Answer> {
  const query = readQuery<typeof noQuery | typeof writeQuery>(queryOf(change), asked.request.query);
  if (query.kind === 'refused') return query.answer;
  const headers = writeHeaders(asked, workspace.epoch);
  if (headers.kind === 'refused') return headers.answer;
  if (headers.base === 0 && change.kind !== 'create') return refuse(problem('version-missing'));
  const { kind: _, ...told } = headers;
  const request = { workspace: workspace.id, resource, id, edit: change, ...query.value, ...told };
  const outcome = await save(asked.services.store, request);
  if (outcome.kind === 'saved' && !outcome.repeated) {
    asked.services.bus.publish({ kind: 'log', workspace: workspace.id, seq: outcome.entry.seq });
  }
  return answerOf(outcome, workspace.epoch, resource);
}

const invalid = (errors: Array<{ path: string; message: string }>): Answer =>
  refuse(problem('invalid', undefined, { errors }));

export const create: Within = async (asked, scope) => {
  const body = asked.request.body;
  const wanted = typeof body === 'object' && body !== null && 'id' in body ? body.id : null;
  const id = idSchema.nullable().safeParse(wanted);
  if (!id.success) return invalid(issuesOf(id.error).map((issue) => ({ ...issue, path: 'id' })));
  const fields = parseFields(scope.resource, body);
  if (fields.kind === 'invalid') return invalid(fields.issues);
  return edit(asked, scope, id.data, { kind: 'create', fields: fields.value });
};

export const change =
  (kind: 'replace' | 'patch'): Within =>
  async (asked, scope) => {
    const fields = parseFields(scope.resource, asked.request.body);
    if (fields.kind === 'invalid') return invalid(fields.issues);
    return edit(asked, scope, asked.params.id ?? '', { kind, fields: fields.value });
  };

export const destroy: Within = (asked, scope) => edit(asked, scope, asked.params.id ?? '', { kind: 'destroy' });

export const restoreSchema = z.strictObject({
  version: z.int().min(1),
  fields: z.array(z.string().max(100)).min(1).max(100).optional(),
});

export const restore: Within = async (asked, scope) => {
  const parsed = restoreSchema.safeParse(asked.request.body);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const unknown = parsed.data.fields?.find((name) => !Object.hasOwn(scope.resource.fields, name));
  if (unknown !== undefined)
    return invalid([{ path: 'fields', message: `${unknown} is not a field of this resource` }]);
  const only = parsed.data.fields ?? null;
  return edit(asked, scope, asked.params.id ?? '', { kind: 'restore', version: parsed.data.version, only });
};
