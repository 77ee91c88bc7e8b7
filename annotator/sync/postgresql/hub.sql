-- The hub of a team: what each machine sent, and who may read which of it. One transaction makes all of it.
--
-- JSON and times are texts, because checksums cover them verbatim. The policies of row-level security enforce blindness.
-- They call functions that know the plan and the members, which no coder can read. Each call stands in a subquery that
-- does not depend on the row, so that PostgreSQL makes it once for a query.

begin;

create schema hub;
revoke all on schema hub from public;

create table hub.meta (
  name text primary key,
  value text not null
);
insert into hub.meta values ('format', '1');

-- Who a role is. A role's name ends at 63 bytes, a coder's at 100 characters.
create table hub.member (
  role name primary key,
  coder text collate "C" not null unique,
  is_lead boolean not null,
  is_admitted boolean not null default true, -- false once dismissed: the lead may then send this coder's work
  check (coder <> '' and coder <> 'annotator'),
  check (coder !~ ' \((recheck|recall|recode)\)$')
);

-- The study's plan as the lead's steps tell it: assignments, closed phases, phases with feedback. The last step holds.
create table hub.plan (
  entity text collate "C" not null check (entity in ('assignment', 'phase', 'feedback')),
  key text collate "C" not null,
  phase text not null,
  coder text collate "C",
  article_id text collate "C",
  first_position integer,
  last_position integer,
  holds boolean not null, -- false where the step took it back
  at text collate "C" not null,
  step_id text collate "C" not null,
  n integer not null,
  primary key (entity, key)
);
create index plan_coder on hub.plan (coder) where entity = 'assignment' and holds;

-- One machine's writing. Its batches have no gaps.
create table hub.stream (
  stream text collate "C" primary key,
  role name not null default session_user references hub.member (role),
  last integer not null default 0
);

-- What the policies ask first. The functions run as the owner, so that they see everything; session_user is who asks.

create function hub.me() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coder from hub.member where role = session_user and is_admitted $$;

create function hub.is_lead() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select coalesce((select is_lead from hub.member where role = session_user and is_admitted), false) $$;

-- One row a thing that a batch brings; a step has one row for each audience of its changes.
create table hub.item (
  stream text collate "C" not null references hub.stream (stream),
  n integer not null check (n > 0), -- the number of the batch
  i integer not null check (i >= 0), -- the place in the batch
  format smallint not null,
  kind text collate "C" not null,
  author text collate "C" not null, -- the coder whose work it is
  audience text collate "C" not null,
  step_id text collate "C",
  body text not null, -- JSON
  by_lead boolean not null default hub.is_lead(),
  scope text collate "C" generated always as (split_part(audience, ':', 1)) stored,
  article_id text collate "C" generated always as (
    case when audience ~ '^(spot|gold|article|about):' then split_part(audience, ':', 2) end
  ) stored,
  position integer generated always as (
    case when audience ~ '^(spot|gold):' then split_part(audience, ':', 3)::integer end
  ) stored,
  primary key (stream, n, i),
  check (
    audience in ('all', 'lead', 'self', 'sighted')
    or audience ~ '^coder:.'
    or audience ~ '^(spot|gold):[0-9a-f]+:[0-9]{1,9}$'
    or audience ~ '^(article|about):[0-9a-f]+$'
  ),
  check ((kind = 'step') = (step_id is not null)),
  -- What readers take from the body is what the policies have looked at.
  constraint item_body check (
    case when kind = 'nothing' then body = ''
    else body::json ->> 'kind' is not distinct from kind
      and (kind not in ('step', 'seen', 'place') or body::json ->> 'coder' is not distinct from author)
      and body::json ->> 'step_id' is not distinct from step_id
    end
  )
);
-- The lead sends a step again where the plan has given it more readers.
create unique index item_step on hub.item (step_id, audience, (case when by_lead then md5(body) else '' end));
create index item_author on hub.item (author, article_id);

-- Where a statement stands: its labels name the statement alone.
create table hub.statement (
  statement_id text collate "C" not null,
  author text collate "C" not null,
  article_id text collate "C" not null,
  position integer not null,
  primary key (statement_id, author)
);

create table hub.article (
  article_id text collate "C" primary key,
  raw_text text not null,
  check (article_id = left(encode(sha256(convert_to(raw_text, 'UTF8')), 'hex'), 16))
);

-- What the policies ask.

create function hub.names_of(coder text) returns setof text
language sql immutable set search_path = pg_catalog, pg_temp as
$$ select coder || suffix from unnest(array['', ' (recheck)', ' (recall)', ' (recode)']) suffix $$;

create function hub.my_names() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select hub.names_of(coder) from hub.member where role = session_user and is_admitted $$;

-- Members send their own work; the lead sends the program's, and that of coders without a role, such as models.
create function hub.names_of_others() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select hub.names_of(coder) from hub.member where role <> session_user and is_admitted and hub.is_lead() $$;

create function hub.my_streams() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select stream from hub.stream where role = session_user $$;

-- Whether a coder has an assignment in an open phase.
create function hub.blind() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$
  select exists (
    select from hub.plan where entity = 'assignment' and holds and coder = hub.me()
    and phase not in (select phase from hub.plan where entity = 'phase' and holds)
  )
$$;

-- The paragraphs of which a blind coder sees the others' work: given in a closed phase, and not to them in an open one.
create function hub.open_to_me() returns table (article_id text, "position" integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$
  with given as (
    select coder, article_id, first_position, last_position,
      phase in (select phase from hub.plan where entity = 'phase' and holds) as is_closed
    from hub.plan where entity = 'assignment' and holds
  )
  select g.article_id, place from given g, generate_series(g.first_position, g.last_position) place where g.is_closed
  except
  select g.article_id, place from given g, generate_series(g.first_position, g.last_position) place
  where not g.is_closed and g.coder = hub.me()
$$;

-- The articles of which a blind coder sees the others' labels: none of their paragraphs is hidden by an assignment.
create function hub.articles_open_to_me() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$
  with given as (
    select coder, article_id, phase in (select phase from hub.plan where entity = 'phase' and holds) as is_closed
    from hub.plan where entity = 'assignment' and holds
  )
  select article_id from given where is_closed
  except
  select article_id from given where not is_closed and coder = hub.me()
$$;

-- The paragraphs whose gold a coder may have: those of phases with feedback, and those of closed phases.
create function hub.gold_open_to_me() returns table (article_id text, "position" integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$
  select article_id, "position" from hub.open_to_me()
  union
  select article_id, place from hub.plan, generate_series(first_position, last_position) place
  where entity = 'assignment' and holds and coder = hub.me() and phase <> 'recheck'
  and phase in (select phase from hub.plan where entity = 'feedback' and holds)
$$;

-- Whether a coder has every article: where nothing is assigned to them.
create function hub.has_every_article() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$
  select hub.me() is not null
  and not exists (select from hub.plan where entity = 'assignment' and holds and coder = hub.me())
$$;

-- The articles that a coder's assignments or work touch.
create function hub.my_articles() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$
  select article_id from hub.plan where entity = 'assignment' and holds and coder = hub.me()
  union
  select article_id from hub.item where author in (select hub.my_names()) and article_id is not null
$$;

-- Policies. The owner's own serve the functions; `force` holds owners to policies, too.

alter table hub.meta enable row level security;
alter table hub.meta force row level security;
alter table hub.member enable row level security;
alter table hub.member force row level security;
alter table hub.plan enable row level security;
alter table hub.plan force row level security;
alter table hub.stream enable row level security;
alter table hub.stream force row level security;
alter table hub.item enable row level security;
alter table hub.item force row level security;
alter table hub.statement enable row level security;
alter table hub.statement force row level security;
alter table hub.article enable row level security;
alter table hub.article force row level security;

create policy owner on hub.meta to current_user using (true);
create policy owner on hub.member to current_user using (true);
create policy owner on hub.plan to current_user using (true);
create policy owner on hub.stream to current_user using (true);
create policy owner on hub.item to current_user using (true);
create policy owner on hub.statement to current_user using (true);
create policy owner on hub.article to current_user using (true);

create policy read on hub.meta for select using ((select hub.me()) is not null);

create policy read on hub.stream for select using (role = session_user);
create policy write on hub.stream for insert with check (
  role = session_user and last = 0 and (select hub.me()) is not null
);

create policy read on hub.item for select using (
  author in (select hub.my_names())
  or case
    when (select hub.is_lead()) then scope <> 'self'
    when (select hub.me()) is null then false
    else case scope
      when 'all' then true
      when 'coder' then audience = 'coder:' || (select hub.me())
      when 'sighted' then not (select hub.blind())
      when 'spot' then not (select hub.blind()) or (article_id, position) in (select * from hub.open_to_me())
      when 'article' then not (select hub.blind()) or article_id in (select hub.articles_open_to_me())
      when 'gold' then (article_id, position) in (select * from hub.gold_open_to_me())
      when 'about' then (select hub.has_every_article()) or article_id in (select hub.my_articles())
      else false
    end
  end
);
create policy write on hub.item for insert with check (
  stream in (select hub.my_streams())
  and by_lead = (select hub.is_lead())
  and case
    when (select hub.is_lead()) then author not in (select hub.names_of_others())
    else author in (select hub.my_names())
      and (scope not in ('all', 'coder') or kind in ('codebook', 'coder', 'project')
        or audience = 'coder:' || (select hub.me()))
  end
);

create policy read on hub.statement for select using (
  (select hub.is_lead()) or author in (select hub.my_names())
);
create policy write on hub.statement for insert with check (
  case
    when (select hub.is_lead()) then author not in (select hub.names_of_others())
    else author in (select hub.my_names())
  end
);

create policy read on hub.article for select using (
  (select hub.is_lead()) or (select hub.has_every_article()) or article_id in (select hub.my_articles())
);
create policy write on hub.article for insert with check ((select hub.me()) is not null);

-- A batch arrives in one statement, next to the one before it. Nothing is added to a step that was sent before.
create function hub.take_batch() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off as -- with old statistics, each batch would be compared with the whole table
$$
declare
  one record;
  leads boolean := hub.is_lead();
begin
  select count(distinct (stream, n)) as batches, min(stream) as stream, min(n) as n, min(i) as low, max(i) as high,
    count(*) as size, array_agg(distinct step_id) filter (where step_id is not null) as steps
  into one from fresh;
  if one.batches = 0 then
    return null;
  end if;
  if one.batches > 1 or one.low <> 0 or one.high <> one.size - 1 then
    raise exception 'a batch arrives alone, and whole' using errcode = 'HB001';
  end if;
  update hub.stream set last = one.n where stream = one.stream and last = one.n - 1;
  if not found then
    raise exception 'this batch does not follow the last one of its stream' using errcode = 'HB001';
  end if;
  -- Machines of one coder wait for each other, so that each sees what the other sent.
  perform pg_advisory_xact_lock(hashtext('annotator hub'), hashtext(hub.me()));
  if exists (
    select from hub.item i where i.step_id = any (one.steps) group by i.step_id
    having min(i.author) <> max(i.author) or (not leads and count(distinct (i.stream, i.n)) > 1)
  ) then
    raise exception 'a step was sent before, with other changes' using errcode = 'HB002';
  end if;
  if not leads then
    -- A name that stands twice would be read one way here and perhaps another way there.
    if exists (
      select from fresh f where f.kind <> 'nothing'
      and (select count(*) <> count(distinct name) from json_object_keys(f.body::json) name)
    ) then
      raise exception 'a name stands twice' using errcode = 'HB004';
    end if;
    if exists (
      select from fresh f where f.kind = 'coder' and f.body::json ->> 'name' is distinct from f.author
    ) then
      raise exception 'a coder tells of themselves alone' using errcode = 'HB004';
    end if;
    if exists (
      select from fresh f, json_array_elements(f.body::json -> 'changes') change,
        lateral (select case json_typeof(change) when 'array' then change ->> 1 end) of_kind (entity)
      where f.kind = 'step' and (
        entity is null
        or entity in (
          'assignment', 'phase', 'codebook', 'feedback', 'judge', 'unblinding', 'aggregation', 'aggregate', 'draw',
          'model', 'article'
        )
        -- Kinds that only a newer version knows are for the lead until the hub knows them, too.
        or (
          f.scope <> 'lead' and entity not in (
            'statement', 'mentions', 'label', 'paragraph label', 'article label', 'review', 'speaker', 'verdict'
          )
        )
      )
    ) then
      raise exception 'only the lead changes the plan and the codebook' using errcode = 'HB003';
    end if;
    return null;
  end if;
  insert into hub.plan (
    entity, key, phase, coder, article_id, first_position, last_position, holds, at, step_id, n
  )
  select distinct on (entity, key) entity, key,
    case entity when 'assignment' then parts ->> 4 else parts ->> 0 end,
    case entity when 'assignment' then parts ->> 0 end,
    case entity when 'assignment' then parts ->> 1 end,
    case entity when 'assignment' then (parts ->> 2)::integer end,
    case entity when 'assignment' then (parts ->> 3)::integer end,
    holds, at, step_id, n
  from (
    select change ->> 1 as entity, change ->> 2 as key, (change ->> 2)::json as parts,
      change ->> 4 is not null as holds, f.body::json ->> 'at' as at, f.step_id, (change ->> 0)::integer as n
    from fresh f, json_array_elements(f.body::json -> 'changes') change
    where f.kind = 'step' and f.author = 'annotator' and change ->> 1 in ('assignment', 'phase', 'feedback')
  ) told
  order by entity, key, at collate "C" desc, step_id collate "C" desc, n desc
  on conflict (entity, key) do update set holds = excluded.holds, at = excluded.at, step_id = excluded.step_id,
    n = excluded.n
  where (excluded.at, excluded.step_id, excluded.n) > (hub.plan.at, hub.plan.step_id, hub.plan.n);
  return null;
end
$$;

create trigger take_batch after insert on hub.item
referencing new table as fresh for each statement execute function hub.take_batch();

-- What an administrator calls.

create procedure hub.admit(role name, coder text, is_lead boolean default false)
language plpgsql set search_path = pg_catalog, pg_temp as
$$
begin
  insert into hub.member (role, coder, is_lead) values (admit.role, admit.coder, admit.is_lead)
  on conflict on constraint member_pkey do update
  set coder = excluded.coder, is_lead = excluded.is_lead, is_admitted = true;
  execute format('grant connect on database %I to %I', current_database(), admit.role);
  execute format('grant usage on schema hub to %I', admit.role);
  execute format('grant select on hub.meta to %I', admit.role);
  execute format('grant select, insert on hub.item, hub.statement, hub.article to %I', admit.role);
  execute format('grant select, insert (stream) on hub.stream to %I', admit.role);
end
$$;

create procedure hub.dismiss(role name)
language plpgsql set search_path = pg_catalog, pg_temp as
$$
begin
  update hub.member set is_admitted = false where member.role = dismiss.role;
  execute format('revoke all on all tables in schema hub from %I', dismiss.role);
  execute format('revoke all on schema hub from %I', dismiss.role);
  execute format('revoke connect on database %I from %I', current_database(), dismiss.role);
end
$$;

revoke all on procedure hub.admit(name, text, boolean), hub.dismiss(name) from public;
revoke all on function hub.take_batch() from public;

commit;
