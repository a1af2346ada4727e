import { type InputIssue, idSchema, type Role, roleSchema } from '@stet/protocol';
import * as z from 'zod';
import type { User } from '../auth/users.js';
import type { Engine } from '../engine.js';
import type { Separator } from '../import/cells.js';
import type { Columns } from '../import/columns.js';
import type { Note } from '../import/notes.js';
import type { ImportReport, Progress } from '../import/report.js';

// All that an operator may ask for, and what each is answered: the table of contents of `stet` and its channel.
// Everything here is plain JSON, since another process may be the one that does it.

const name = z.string().min(1, 'must not be empty').max(200, 'is too long');
const title = z.string().regex(/^\P{C}{1,80}$/u, 'must have 1 to 80 characters, none of them invisible');

export const separators = [';', '|', ',', 'none'] as const satisfies Separator[];

export const operationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('workspaceAdd'), id: idSchema, name: title }),
  z.object({ kind: z.literal('userAdd'), username: z.string(), name: z.string().optional(), password: z.string() }),
  z.object({ kind: z.literal('userList') }),
  z.object({ kind: z.literal('memberAdd'), user: name, workspace: name, role: roleSchema }),
  z.object({ kind: z.literal('memberRemove'), user: name, workspace: name }),
  z.object({ kind: z.literal('memberList'), workspace: name }),
  z.object({ kind: z.literal('tokenCreate'), user: name, label: z.string(), days: z.number() }),
  z.object({ kind: z.literal('tokenList') }),
  z.object({ kind: z.literal('tokenRevoke'), id: name }),
  z.object({
    kind: z.literal('importFile'),
    /** Absolute: the process that has the engine reads it. */
    file: z.string(),
    workspace: name,
    resource: name,
    /** In whose name; in the operator's own where nobody is named. */
    as: name.optional(),
    map: z.array(z.object({ header: z.string(), field: z.string().nullable() })),
    key: z.string().optional(),
    /** What parts the entries of lists, by field. */
    split: z.record(z.string(), z.enum(separators)),
    dryRun: z.boolean(),
    prefer: z.enum(['people', 'file']),
    /** Whether every note is wanted, or only those that the report shows. */
    notes: z.boolean(),
  }),
]);

export type Operation = z.infer<typeof operationSchema>;
export type Kind = Operation['kind'];
export type OperationOf<K extends Kind> = Extract<Operation, { kind: K }>;

export interface TokenLine {
  id: string;
  user: string;
  label: string;
  created: string;
  expires: string;
  state: 'valid' | 'expired' | 'revoked';
}

/** What each operation has done. */
export interface Done {
  workspaceAdd: { id: string; name: string };
  userAdd: User;
  userList: Array<User & { memberships: Array<{ workspace: string; role: Role }> }>;
  memberAdd: { user: string; workspace: string; role: Role; before: Role | null };
  memberRemove: { user: string; workspace: string };
  memberList: Array<{ user: string; name: string; role: Role }>;
  tokenCreate: { id: string; token: string; user: string; expires: string };
  tokenList: TokenLine[];
  tokenRevoke: { id: string };
  importFile: ImportReport;
}

export interface Refused {
  kind: 'refused';
  message: string;
}
export type Result<K extends Kind = Kind> = { kind: 'done'; value: Done[K] } | Refused;

/** What is heard while an operation runs. */
export type Heard =
  | { kind: 'columns'; columns: Columns }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'note'; note: Note };

/** Whoever performs waits for a promise, so that a slow listener is not flooded. */
export type Listener = (heard: Heard) => void | Promise<void>;

export interface Hearing {
  onHeard: Listener;
  signal: AbortSignal;
}

/** How each operation is done, with the engine of the process that has it. */
export type Performers = {
  [K in Kind]: (engine: Engine, operation: OperationOf<K>, hearing: Hearing) => Promise<Result<K>>;
};

export const done = <T>(value: T): { kind: 'done'; value: T } => ({ kind: 'done', value });
export const refused = (message: string): Refused => ({ kind: 'refused', message });

/** What is wrong with an input, as one sentence. */
export const sentence = (issues: readonly InputIssue[]): string =>
  `${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`.replace(/\.\.$/, '.');
