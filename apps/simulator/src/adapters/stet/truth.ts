import type { Answer } from '@stet/client';
import type { Notice } from '@stet/protocol';
import type { Recorder } from '../../history/recorder.js';
import type { Asker, Member } from './asker.js';
import type { Names } from './names.js';
import { pageOf, seqOf, standingOf } from './words.js';

// What the store says when all is over: its whole log, each record, and who was told of what.

export interface TruthOptions {
  asker: Asker;
  members: readonly Member[];
  workspace: string;
  named: Names;
  recorder: Recorder;
  records: readonly string[];
}

/** Notices of so many people are read; where there are more, of those whom the log names. */
const mostAsked = 100;

export async function readTruth(options: TruthOptions): Promise<void> {
  const { asker, members, recorder } = options;
  const reader = await bestReader(asker, members);
  if (!reader) return recorder.note({ kind: 'log', whole: false, head: 0 });
  const { records, concerned } = await readLog(options, reader);
  for (const record of new Set([...options.records, ...records])) await readRecord(options, reader, record);
  const asked = members.length <= mostAsked ? members : members.filter(({ user }) => concerned.has(user));
  for (const member of asked) await readNotices(options, member);
}

/** Somebody who sees all that is written. */
async function bestReader(asker: Asker, members: readonly Member[]): Promise<Member | null> {
  let best: Member | null = null;
  for (const member of members) {
    const role = (await asker.standing(member))?.role;
    if (role === 'editor' || role === 'manager') return member;
    if (role) best ??= member;
  }
  return best;
}

/** Answers with the records that it tells of, and with those whose values were replaced. */
async function readLog({ asker, workspace, named, recorder }: TruthOptions, reader: Member) {
  const records = new Set<string>();
  const concerned = new Set<string>();
  const path = `/workspaces/${encodeURIComponent(workspace)}/changes?limit=500`;
  let whole = true;
  let head = 0;
  for (let since: string | null = null, more = true; more; ) {
    const answer = await asker.ask(reader, since === null ? path : `${path}&${new URLSearchParams({ since })}`);
    if (answer.kind !== 'ok') {
      whole = false;
      head = Math.max(head, headOf(answer));
      break;
    }
    const page = pageOf(answer.body, named);
    for (const told of page.told) {
      recorder.note({ kind: 'entry', told });
      if (named.isOwn(named.id(told.record))) records.add(told.record);
      for (const { user } of told.over ?? []) concerned.add(user);
    }
    since = page.cursor;
    head = seqOf(since) ?? head;
    more = page.more;
  }
  recorder.note({ kind: 'log', whole, head });
  return { records, concerned };
}

/** A log that was pruned says where it stands. */
const headOf = (answer: Answer): number =>
  answer.kind === 'refused' ? (seqOf(String(answer.problem.cursor)) ?? 0) : 0;

async function readRecord({ asker, workspace, named, recorder }: TruthOptions, reader: Member, record: string) {
  const path = `/workspaces/${encodeURIComponent(workspace)}/books/${encodeURIComponent(named.id(record))}`;
  const answer = await asker.ask(reader, path);
  const stands = standingOf(answer);
  if (stands) recorder.note({ kind: 'stands', record, ...stands });
}

async function readNotices({ asker, workspace, named, recorder }: TruthOptions, member: Member): Promise<void> {
  const answer = await asker.ask(member, `/workspaces/${encodeURIComponent(workspace)}/notices`);
  if (answer.kind !== 'ok') return;
  for (const { id, version, fields } of (answer.body as { items: Notice[] }).items) {
    const about = { record: named.record(id), version, fields: Object.keys(fields) };
    recorder.note({ kind: 'notice', user: member.user, ...about });
  }
}
