// One batch of writes to one workspace, within the database: key → guard → lists and words for each, then the counter, the
// log, the history and the notices. The caller's statement is its transaction, so all of it stands or nothing (V6).
//
// Every batch takes its locks in the same order: keys, then records, each sorted, then the counter. So two of them never
// wait for each other in a circle. The counter comes last, for all together: who waits for a key or a record holds up no
// other save, and the places are given out in the order of the commits (L1; docs/decisions/0016).
//
// `batch`: an array of writes, each with the columns of its row in `changes` but `workspace` and `seq`, and
//   place     from 1, in the order in which they came
//   before    the version that it is based on, null for none
//   created_at, created_by; content: of its key
//   gone, come: the keys of lists [{field, key}]
//   reworded, words: whether the words change, and to which (parted by blanks; null for none)
//   over      the users who are told
// Answers with an array in the same order: the place in the log | what the key has stood for | "moved".

export const commitFunction = `
create function stet_commit(target text, batch jsonb) returns jsonb language plpgsql as $$
declare
  step record;
  item record;
  kept jsonb;
  outcomes jsonb[] := array_fill(null::jsonb, array[jsonb_array_length(batch)]);
  accepted integer[] := '{}';
  newest bigint;
begin
  for step in
    select * from jsonb_to_recordset(batch) as s(
      place integer, resource text, id text, version bigint, by_id text, key text, content text, at text
    ) where s.key is not null order by s.by_id collate "C", s.key collate "C"
  loop
    loop
      insert into write_keys (workspace, "user", key, content, kind, resource, id, version, at)
        values (target, step.by_id, step.key, step.content, 'saved', step.resource, step.id, step.version, step.at)
        on conflict (workspace, "user", key) do nothing;
      exit when found;
      select jsonb_build_object('content', w.content, 'kind', w.kind, 'resource', w.resource, 'id', w.id, 'version', w.version)
        into kept from write_keys w where w.workspace = target and w."user" = step.by_id and w.key = step.key;
      if found then
        outcomes[step.place] := kept;
        exit;
      end if;
      -- It was forgotten in this very moment: it is free.
    end loop;
  end loop;

  for step in
    select * from jsonb_to_recordset(batch) as s(
      place integer, resource text, id text, version bigint, before bigint, body text, by_id text, key text, at text,
      created_at text, created_by text, gone jsonb, come jsonb, reworded boolean, words text
    ) order by s.resource collate "C", s.id collate "C", s.place
  loop
    continue when outcomes[step.place] is not null;
    if step.before is null then
      insert into records (workspace, resource, id, version, body, created_at, created_by, updated_at, updated_by)
        values (target, step.resource, step.id, step.version, step.body, step.created_at, step.created_by, step.at, step.by_id)
        on conflict (workspace, resource, id) do nothing;
    else
      update records set version = step.version, body = step.body, updated_at = step.at, updated_by = step.by_id
        where workspace = target and resource = step.resource and id = step.id and version = step.before;
    end if;
    if not found then
      outcomes[step.place] := '"moved"';
      delete from write_keys where workspace = target and "user" = step.by_id and key = step.key;
      continue;
    end if;
    accepted := accepted || step.place;
    for item in select * from jsonb_to_recordset(step.gone) as g(field text, key text) loop
      delete from keys where workspace = target and resource = step.resource and field = item.field
        and key = item.key and id = step.id;
    end loop;
    insert into keys (workspace, resource, field, key, id)
      select target, step.resource, c.field, c.key, step.id from jsonb_to_recordset(step.come) as c(field text, key text);
    if step.reworded and step.words is null then
      delete from search where workspace = target and resource = step.resource and id = step.id;
    elsif step.reworded then
      insert into search (workspace, resource, id, words)
        values (target, step.resource, step.id, array_to_tsvector(string_to_array(step.words, ' ')))
        on conflict (workspace, resource, id) do update set words = excluded.words;
    end if;
  end loop;

  if cardinality(accepted) > 0 then
    update workspaces set seq = seq + cardinality(accepted) where id = target returning seq into newest;
    for step in
      select * from jsonb_to_recordset(batch) as s(
        place integer, resource text, id text, version bigint, action text, fields text, body text, by_id text, by_name text,
        connection text, via text, key text, at text, how text, over jsonb
      ) where s.place = any (accepted) order by s.place desc
    loop
      insert into changes (workspace, seq, resource, id, version, action, fields, body, by_id, by_name, connection, via, key, at, how)
        values (target, newest, step.resource, step.id, step.version, step.action, step.fields, step.body, step.by_id,
          step.by_name, step.connection, step.via, step.key, step.at, step.how);
      insert into notices (workspace, "user", seq, at, dismissed)
        select target, person, newest, step.at, 0 from jsonb_array_elements_text(step.over) as person;
      outcomes[step.place] := to_jsonb(newest);
      newest := newest - 1;
    end loop;
  end if;
  return to_jsonb(outcomes);
end $$`;
