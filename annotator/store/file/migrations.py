"""The schema, as numbered steps that are appended and never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

LATEST = 9
"""The number of the last migration, kept in the file's `user_version`."""

_M001 = """
create table meta (
  key text primary key,
  value text not null
) strict, without rowid;

create table codebooks (
  id integer primary key,
  codebook_id text not null unique,
  name text not null,
  version text not null,
  document text not null check (json_valid(document)),
  added_at text not null
) strict;

create table coders (
  id integer primary key,
  name text not null unique,
  kind text not null default 'human' check (kind in ('human', 'model', 'pre-annotation')),
  recheck_of integer references coders (id), -- whose second, blind coding of the same paragraphs this is
  n_steps integer not null default 0,
  created_at text not null
) strict;

create table articles (
  id integer primary key,
  article_id text not null unique,
  sha256 text not null unique,
  name text not null,
  title text,
  source text,
  date text,
  url text,
  path text,
  metadata text not null default '{}' check (json_valid(metadata)),
  n_paragraphs integer not null check (n_paragraphs > 0),
  added_at text not null,
  checksum integer not null, -- of what is known about it and of its paragraphs
  raw_text text not null
) strict;

create table paragraphs (
  id integer primary key,
  article integer not null references articles (id),
  position integer not null check (position >= 0),
  start integer not null check (start >= 0),
  end integer not null,
  role text not null default 'body' check (role in
    ('body', 'headline', 'kicker', 'subhead', 'dek', 'byline', 'caption', 'pull-quote', 'furniture')),
  unique (article, position),
  check (start < end)
) strict;

create table reviews (
  paragraph integer not null references paragraphs (id),
  coder integer not null references coders (id),
  state text not null check (state in ('unseen', 'open', 'coded', 'no claim', 'furniture', 'duplicate')),
  flag integer not null default 0 check (flag in (0, 1)),
  note text,
  role text check (role in
    ('body', 'headline', 'kicker', 'subhead', 'dek', 'byline', 'caption', 'pull-quote', 'furniture')),
  seconds real not null default 0,
  updated_at text not null,
  primary key (coder, paragraph)
) strict, without rowid;
create index reviews_flagged on reviews (coder, paragraph) where flag = 1;
create index reviews_paragraph on reviews (paragraph);

-- Runs of consecutive paragraphs that a coder is done with: the next uncoded one is found in one look-up.
create table done_runs (
  coder integer not null references coders (id),
  first integer not null,
  last integer not null,
  primary key (coder, first),
  check (first <= last)
) strict, without rowid;

-- Where a coder was, with what is on the screen but no label yet; not part of the history.
create table places (
  coder integer primary key references coders (id),
  paragraph integer not null references paragraphs (id),
  statement text,
  draft text check (draft is null or json_valid(draft)),
  updated_at text not null
) strict;

create table speakers (
  id integer primary key,
  speaker_id text not null unique,
  name text not null check (name <> ''),
  type text,
  affiliation text,
  country text,
  retired integer not null default 0 check (retired in (0, 1)),
  merged_into integer references speakers (id) check (merged_into is not id),
  created_at text not null
) strict;
create unique index speakers_name on speakers (name) where merged_into is null;

create table aliases (
  speaker integer not null references speakers (id),
  alias text not null check (alias <> ''),
  primary key (speaker, alias)
) strict, without rowid;
create index aliases_alias on aliases (alias);

create table statements (
  id integer primary key,
  statement_id text not null unique,
  paragraph integer not null references paragraphs (id),
  coder integer not null references coders (id),
  evidence_start integer,
  evidence_end integer,
  note text,
  flag integer not null default 0 check (flag in (0, 1)),
  deleted integer not null default 0 check (deleted in (0, 1)),
  created_at text not null,
  updated_at text not null,
  check ((evidence_start is null) = (evidence_end is null)),
  check (evidence_start is null or (evidence_start >= 0 and evidence_start < evidence_end))
) strict;
create index statements_paragraph on statements (coder, paragraph);
create index statements_by_paragraph on statements (paragraph);

create table statement_speakers (
  statement integer not null references statements (id),
  position integer not null check (position >= 0),
  words text not null check (words <> ''),
  speaker integer not null references speakers (id),
  rank integer,
  primary key (statement, position)
) strict, without rowid;
create index statement_speakers_speaker on statement_speakers (speaker);

-- One row a variable: a single-choice variable cannot hold two values.
create table labels (
  statement integer not null references statements (id),
  variable text not null,
  value any not null,
  codebook integer not null references codebooks (id),
  origin text not null check (origin in ('coder', 'sticky', 'inherited', 'guess', 'default', 'import')),
  updated_at text not null,
  primary key (statement, variable)
) strict, without rowid;

create table paragraph_labels (
  paragraph integer not null references paragraphs (id),
  coder integer not null references coders (id),
  variable text not null,
  value any not null,
  codebook integer not null references codebooks (id),
  origin text not null check (origin in ('coder', 'sticky', 'inherited', 'guess', 'default', 'import')),
  updated_at text not null,
  primary key (variable, paragraph, coder)
) strict, without rowid;
create index paragraph_labels_coder on paragraph_labels (coder, paragraph);

create table article_labels (
  article integer not null references articles (id),
  coder integer not null references coders (id),
  variable text not null,
  value any not null,
  codebook integer not null references codebooks (id),
  origin text not null check (origin in ('coder', 'sticky', 'inherited', 'guess', 'default', 'import')),
  updated_at text not null,
  primary key (variable, article, coder)
) strict, without rowid;

-- The adjudicated layer; it never enters agreement.
create table gold (
  id integer primary key,
  gold_id text not null unique,
  paragraph integer not null references paragraphs (id),
  evidence_start integer,
  evidence_end integer,
  speakers text not null default '[]' check (json_valid(speakers)),
  labels text not null default '{}' check (json_valid(labels)),
  statements text not null default '[]' check (json_valid(statements)),
  decided_by integer not null references coders (id),
  reason text,
  deleted integer not null default 0 check (deleted in (0, 1)),
  decided_at text not null
) strict;

-- One step is what one key press (or one command) did; undo and redo are steps too.
create table steps (
  id integer primary key autoincrement,
  step_id text not null unique,
  coder integer not null references coders (id),
  at text not null,
  what text not null,
  kind text not null default 'do' check (kind in ('do', 'undo', 'redo')),
  of integer references steps (id),
  paragraph integer, -- where it was made
  seen integer not null, -- how many of this coder's steps the file held before: what a merge knows of concurrency
  check ((kind = 'do') = (of is null))
) strict;
create index steps_coder on steps (coder, id);
create index steps_of on steps (of) where of is not null;

create table changes (
  id integer primary key autoincrement,
  step integer not null references steps (id),
  n integer not null, -- its place in the step
  entity text not null,
  key text not null check (json_valid(key)),
  before text check (before is null or json_valid(before)),
  after text check (after is null or json_valid(after)),
  first_at text, -- when it was made and changed where it came from; null where that is the step's time
  last_at text,
  checksum integer not null,
  unique (step, n)
) strict;
create index changes_key on changes (key, step, n);

-- Versions of one record that two machines made without knowing of each other; the latest stands, the others are here.
create table conflicts (
  id integer primary key,
  coder integer not null references coders (id),
  entity text not null,
  key text not null check (json_valid(key)),
  field text,
  kept text check (kept is null or json_valid(kept)),
  other text check (other is null or json_valid(other)),
  step_id text not null,
  at text not null
) strict;

-- Which steps and articles came in by which merge, so that a mistaken one can be taken back.
create table merges (
  id integer primary key,
  merge_id text not null unique,
  name text not null,
  at text not null,
  undone_at text
) strict;

create table merged (
  merge integer not null references merges (id),
  kind text not null check (kind in ('step', 'article', 'coder')),
  name text not null,
  primary key (merge, kind, name)
) strict, without rowid;

-- What a coder was given to code: runs of paragraphs of one article, in the coder's own order. A coder without one may
-- code everything. In a recheck the recorder is the coder's second self, so that both codings stand side by side.
create table assignments (
  id integer primary key,
  coder integer not null references coders (id),
  recorder integer not null references coders (id),
  first integer not null references paragraphs (id),
  last integer not null references paragraphs (id),
  phase text not null check (phase in ('training', 'pilot', 'main', 'recheck')),
  batch text not null,
  position integer not null,
  due_at text,
  n_left integer not null check (n_left between 0 and last - first + 1),
  unique (recorder, first),
  check (first <= last)
) strict;
create index assignments_left on assignments (coder, position) where n_left > 0;
create index assignments_order on assignments (coder, position);

create table phases (
  phase text primary key check (phase in ('training', 'pilot', 'main', 'recheck')),
  closed_at text not null
) strict;

create trigger steps_are_kept before delete on steps begin select raise(abort, 'history is append-only'); end;
create trigger steps_stay before update on steps begin select raise(abort, 'history is append-only'); end;
create trigger changes_are_kept before delete on changes begin select raise(abort, 'history is append-only'); end;
create trigger changes_stay before update on changes begin select raise(abort, 'history is append-only'); end;

create view v_paragraphs as
  select a.article_id, a.name as article, p.position as paragraph, p.start, p.end, p.role as guessed_role,
    substr(a.raw_text, p.start + 1, p.end - p.start) as text, p.id as paragraph_row
  from paragraphs p join articles a on a.id = p.article;

create view v_reviews as
  select a.article_id, p.position as paragraph, c.name as coder, coalesce(r.role, p.role) as role, r.state, r.flag,
    r.note, r.seconds, r.updated_at
  from reviews r join paragraphs p on p.id = r.paragraph join articles a on a.id = p.article
    join coders c on c.id = r.coder;

create view v_labels as
  select s.statement_id, c.name as coder, l.variable, l.value, l.origin, b.name as codebook,
    b.version as codebook_version, l.updated_at
  from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder
    join codebooks b on b.id = l.codebook
  where s.deleted = 0;

create view v_changes as
  select t.id as step, t.step_id, c.name as coder, t.at, t.what, t.kind, t.of, x.entity, x.key, x.before, x.after
  from changes x join steps t on t.id = x.step join coders c on c.id = t.coder;
"""

_M002 = """
-- `value` is what a label says under the codebook in force, `codebook` the version that it was made under; where a
-- category was renamed or merged since, `made` keeps the value as it was made.
alter table labels add column made any;
alter table paragraph_labels add column made any;
alter table article_labels add column made any;

-- What became of variables and categories from one version of the codebook to the next.
create table codebook_steps (
  id integer primary key,
  before integer not null references codebooks (id),
  after integer not null references codebooks (id) check (after <> before),
  n integer not null,
  document text not null check (json_valid(document)),
  words text not null,
  at text not null,
  unique (before, after, n)
) strict;

-- Decisions that a change of the codebook made doubtful, until the coder has decided again.
create table doubts (
  id integer primary key,
  coder integer not null references coders (id),
  paragraph integer not null references paragraphs (id),
  statement integer references statements (id) on delete cascade, -- none for a label of a paragraph or an article
  variable text not null,
  codebook integer references codebooks (id), -- the version the doubtful label was made under; none if it is missing
  reason text not null,
  raised_at text not null,
  settled_at text
) strict;
create unique index doubts_once on doubts (paragraph, coder, variable, reason, coalesce(statement, 0));
create index doubts_open on doubts (coder, paragraph) where settled_at is null;
create index doubts_statement on doubts (statement, variable) where statement is not null;

create index statements_noted on statements (coder, paragraph) where note is not null;
create index reviews_noted on reviews (coder, paragraph) where note is not null;

drop view v_labels;
create view v_labels as
  select s.statement_id, c.name as coder, l.variable, l.value, coalesce(l.made, l.value) as value_as_made, l.origin,
    b.name as codebook, b.version as codebook_version, l.updated_at
  from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder
    join codebooks b on b.id = l.codebook
  where s.deleted = 0;

-- The text of each paragraph, which the full-text index reads but does not keep.
create view search_text as
  select p.id, substr(a.raw_text, p.start + 1, p.end - p.start) as text
  from paragraphs p join articles a on a.id = p.article;
"""

_M003 = """
-- What was settled of a paragraph that several had coded; the statements that stand are in gold.
create table verdicts (
  paragraph integer primary key references paragraphs (id),
  state text not null check (state in ('coded', 'no claim', 'furniture', 'duplicate')),
  labels text not null default '{}' check (json_valid(labels)), -- of the paragraph
  codebook integer not null references codebooks (id), -- all labels were decided under it
  decided_by integer not null references coders (id),
  reason text,
  decided_at text not null
) strict;
create index gold_paragraph on gold (paragraph);

create view v_gold as
  select a.article_id, a.name as article, p.position as paragraph, v.state, v.labels as paragraph_labels, g.gold_id,
    g.evidence_start, g.evidence_end, g.speakers, g.labels, g.statements, c.name as decided_by, v.reason, v.decided_at
  from verdicts v join paragraphs p on p.id = v.paragraph join articles a on a.id = p.article
    join coders c on c.id = v.decided_by left join gold g on g.paragraph = v.paragraph and g.deleted = 0;
"""

_M004 = """
-- When somebody whose phase was open was shown others' codings, because they asked for it.
create table unblindings (
  coder integer not null references coders (id),
  at text not null,
  phases text not null check (json_valid(phases)), -- those that were open to them
  command text not null,
  primary key (coder, at)
) strict, without rowid;
"""

_M005 = """
-- The registry holds what statements are about as well as who makes them.
alter table speakers add column kind text not null default 'actor' check (kind in ('actor', 'issue'));
alter table speakers add column definition text;

-- The registry entry that a label of an entity variable stands for; `made` keeps the coder's words where the entry has
-- another name now. None where the label was made as words alone: then the words say which entry.
alter table labels add column entry integer references speakers (id);
alter table paragraph_labels add column entry integer references speakers (id);
alter table article_labels add column entry integer references speakers (id);
create index labels_entry on labels (entry) where entry is not null;
create index paragraph_labels_entry on paragraph_labels (entry) where entry is not null;
create index article_labels_entry on article_labels (entry) where entry is not null;
"""

_M006 = """
-- The coder's newest statement, which sticky variables carry on, without sorting all of theirs. SQLite takes the index
-- only where a search says `id > 0`: others would go through it, in its order, because they say `deleted = 0`.
create index statements_latest on statements (coder) where deleted = 0 and id > 0;
"""

_M007 = """
-- How a speaker came about: chosen by the coder (none), or predicted by the program and accepted.
alter table statement_speakers add column origin text check (origin in ('accepted'));
"""

_M008 = """
-- The history in the order of its times, of everybody and of one coder: what comes in later may have been made earlier.
create index steps_time on steps (at);
create index steps_coder_time on steps (coder, at);
"""

_M009 = """
-- Articles that were taken out of the project. Their text and all work on them stay, and nothing counts them.
create table removed (
  article integer primary key references articles (id)
) strict;

drop view v_paragraphs;
create view v_paragraphs as
  select a.article_id, a.name as article, p.position as paragraph, p.start, p.end, p.role as guessed_role,
    substr(a.raw_text, p.start + 1, p.end - p.start) as text, p.id as paragraph_row
  from paragraphs p join articles a on a.id = p.article
  where a.id not in (select article from removed);

drop view v_reviews;
create view v_reviews as
  select a.article_id, p.position as paragraph, c.name as coder, coalesce(r.role, p.role) as role, r.state, r.flag,
    r.note, r.seconds, r.updated_at
  from reviews r join paragraphs p on p.id = r.paragraph join articles a on a.id = p.article
    join coders c on c.id = r.coder
  where a.id not in (select article from removed);

drop view v_labels;
create view v_labels as
  select s.statement_id, c.name as coder, l.variable, l.value, coalesce(l.made, l.value) as value_as_made, l.origin,
    b.name as codebook, b.version as codebook_version, l.updated_at
  from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder
    join codebooks b on b.id = l.codebook join paragraphs p on p.id = s.paragraph
  where s.deleted = 0 and p.article not in (select article from removed);

drop view v_gold;
create view v_gold as
  select a.article_id, a.name as article, p.position as paragraph, v.state, v.labels as paragraph_labels, g.gold_id,
    g.evidence_start, g.evidence_end, g.speakers, g.labels, g.statements, c.name as decided_by, v.reason, v.decided_at
  from verdicts v join paragraphs p on p.id = v.paragraph join articles a on a.id = p.article
    join coders c on c.id = v.decided_by left join gold g on g.paragraph = v.paragraph and g.deleted = 0
  where a.id not in (select article from removed);
"""

SEARCH = """
create virtual table search using fts5
  (text, content = 'search_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
"""


def migrations() -> Migrations:
    """Every migration in order, for `Migrations.apply`, which must run inside `begin immediate`."""
    from sqlite_utils.migrations import Migrations

    steps = Migrations("annotator")

    @steps()
    def m001_the_data_model(db: Database) -> None:
        _run(db, _M001)

    @steps()
    def m002_codebooks_that_change_and_search(db: Database) -> None:
        _run(db, _M002)
        if _has_full_text(db):
            _run(db, SEARCH)

    @steps()
    def m003_what_was_settled(db: Database) -> None:
        _run(db, _M003)

    @steps()
    def m004_who_was_unblinded(db: Database) -> None:
        _run(db, _M004)

    @steps()
    def m005_targets_in_the_registry(db: Database) -> None:
        _run(db, _M005)

    @steps()
    def m006_the_newest_statement(db: Database) -> None:
        _run(db, _M006)

    @steps()
    def m007_accepted_speakers(db: Database) -> None:
        _run(db, _M007)

    @steps()
    def m008_the_order_of_time(db: Database) -> None:
        _run(db, _M008)

    @steps()
    def m009_removed_articles(db: Database) -> None:
        _run(db, _M009)

    return steps


def _has_full_text(db: Database) -> bool:
    """Whether this SQLite was built with FTS5; without it a search reads every paragraph."""
    return any(option == "ENABLE_FTS5" for (option,) in db.execute("pragma compile_options").fetchall())


def _run(db: Database, script: str) -> None:
    """Run a script statement by statement: the driver's own executescript would commit first."""
    import sqlite3

    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
