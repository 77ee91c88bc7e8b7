"""A hub in PostgreSQL shows each coder what they may see, and takes from them only their own work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from annotator.batch import ALL, OF_STUDY, Batch, CoderItem, PlaceItem, Spot, StepItem, Text
from annotator.errors import RefusedError
from annotator.model import article_id
from annotator.store.history.record_types import ENTITIES
from tests.postgresql import Cluster
from tests.sync.hubs import ARTICLE, Team, assignment, line, phase, review, statement, step

pytestmark = pytest.mark.slow


@pytest.fixture
def team(postgresql: Cluster) -> Iterator[Team]:
    one = Team(postgresql)
    for coder in ("anna", "ben"):
        one.admit(coder)
    yield one
    one.close()


@pytest.fixture(scope="module")
def fixed_team(postgresql: Cluster) -> Iterator[Team]:
    """A hub that tests only try to change."""
    one = Team(postgresql)
    for coder in ("anna", "ben"):
        one.admit(coder)
    one.push("ben", review("ben", 0))
    one.plan(assignment("anna", "main", 0, 5), assignment("ben", "main", 0, 5))
    yield one
    one.close()


def test_what_a_coder_sends_comes_back_as_it_was(team: Team) -> None:
    first, second = statement("anna", 3)
    both = step("anna", line(0, "speaker", ["s"], {"name": "Übü"}), line(1, "review", [ARTICLE, 3], {"note": "a\0b"}))

    team.push("anna", first, second)
    team.push("anna", both)

    hub = team.hub("anna")
    stream = team.streams["anna"]
    assert hub.streams() == {stream: 2}
    assert hub.last(stream) == 2
    assert [batch.items for batch in hub.pull(stream, 0)] == [(first, second), (both,)]
    assert [batch.first for batch in hub.pull(stream, 1)] == [2]
    assert team.seen_by("lead") == [first, second, both]


def test_a_blind_coder_sees_others_work_after_its_phase_is_closed(team: Team) -> None:
    team.plan(assignment("anna", "pilot", 0, 2), assignment("ben", "pilot", 0, 2))
    team.plan(assignment("anna", "main", 2, 5), assignment("ben", "main", 2, 9))
    made, labelled = statement("ben", 1)
    reviews = [review("ben", n) for n in range(10)]
    new_entry = step("ben", line(0, "speaker", ["s"], {"name": "Mr Smith"}))
    team.push("ben", *reviews, made, labelled, new_entry)
    own = {one.step_id for one in reviews}
    plan = {one.step_id for one in team.seen_by("anna") if isinstance(one, StepItem)}

    assert not plan & own
    assert len(plan) == 2

    team.plan(phase("pilot"))
    shown = team.steps_seen_by("anna") - plan
    # Paragraph 2 is given in the closed phase and, to anna, in the open one, too.
    assert shown & own == {reviews[0].step_id, reviews[1].step_id}
    assert {made.step_id, labelled.step_id} <= shown
    assert new_entry.step_id not in shown

    team.plan(phase("main"))
    assert team.steps_seen_by("anna") >= own | {new_entry.step_id}

    team.plan(phase("main", is_closed=False))
    assert team.steps_seen_by("anna") & own == {reviews[0].step_id, reviews[1].step_id}


def test_a_step_in_two_paragraphs_is_seen_in_part(team: Team) -> None:
    team.plan(assignment("anna", "pilot", 0, 0), assignment("anna", "main", 1, 1), phase("pilot"))
    whole = step("ben", *(line(n, "review", [ARTICLE, n], {"state": "no claim"}) for n in range(2)))

    team.push("ben", whole)

    (part,) = [one for one in team.seen_by("anna") if isinstance(one, StepItem) and one.coder == "ben"]
    assert part == whole.model_copy(update={"changes": whole.changes[:1]})
    assert whole in team.seen_by("lead")
    assert whole in team.seen_by("ben")


def test_an_assignment_that_was_taken_back_does_not_blind(team: Team) -> None:
    team.push("ben", mine := review("ben", 0))
    team.plan(assignment("anna", "main", 0, 5))
    assert mine.step_id not in team.steps_seen_by("anna")

    team.plan(assignment("anna", "main", 0, 5, holds=False))

    assert mine.step_id in team.steps_seen_by("anna")


def test_the_last_step_about_a_phase_holds_whatever_arrives_last(team: Team) -> None:
    team.push("ben", mine := review("ben", 0))
    team.plan(assignment("anna", "main", 0, 5), phase("main", is_closed=False, at="2026-11-09T08:00:00.000000Z"))

    team.plan(phase("main", at="2026-11-08T08:00:00.000000Z"))

    assert mine.step_id not in team.steps_seen_by("anna")


def test_gold_reaches_those_who_get_feedback(team: Team) -> None:
    verdict = step("ben", line(0, "verdict", [ARTICLE, 4], {"state": "no claim"}))
    team.push("ben", verdict)
    assert verdict.step_id not in team.steps_seen_by("anna")

    team.plan(
        assignment("anna", "training", 0, 5), step("annotator", line(0, "feedback", ["training"], {"shows": "gold"}))
    )

    assert verdict.step_id in team.steps_seen_by("anna")


def test_each_coder_sees_only_their_own_part_of_the_plan(team: Team) -> None:
    for_anna, for_ben = assignment("anna", "main", 0, 5), assignment("ben", "main", 0, 5)
    drawn = step("annotator", line(0, "draw", ["d"], {}), audience="lead")
    team.plan(for_anna, for_ben, drawn)

    assert team.steps_seen_by("anna") == {for_anna.step_id}
    assert team.steps_seen_by("lead") == {for_anna.step_id, for_ben.step_id, drawn.step_id}


def test_what_the_program_does_for_all_is_for_all(team: Team) -> None:
    team.plan(assignment("anna", "main", 0, 5), removed := step("annotator", line(0, "article", [ARTICLE], {})))
    assert removed.step_id in team.steps_seen_by("anna")


def test_a_place_is_for_the_coders_own_machines(team: Team) -> None:
    place = PlaceItem(coder="anna", spot=Spot(ARTICLE, 3), statement=None, draft=None, at="2026-11-02T08:00:00.1Z")
    team.push("anna", place)

    assert team.seen_by("anna") == [place]
    assert team.seen_by("ben") == team.seen_by("lead") == []


def test_a_coder_has_the_texts_of_assigned_articles_and_of_those_worked_on(team: Team) -> None:
    texts = [Text(article_id(words), words) for words in ("One.", "Zwei: „ü“", "Three.")]
    lead = team.hub("lead")
    lead.put_texts(texts)
    lead.put_texts(texts[:1])
    ids = [one.article_id for one in texts]
    assert list(team.hub("anna").get_texts(ids)) == sorted(texts)

    team.plan(assignment("anna", "main", 0, 0, article=ids[0]))
    assert team.hub("anna").lacking(ids) == set(ids[1:])

    team.push("anna", review("anna", 0, article=ids[1]))
    assert list(team.hub("anna").get_texts(ids)) == sorted(texts[:2])
    assert team.hub("ben").lacking([*ids, "f" * 16]) == {"f" * 16}


def test_a_text_under_a_wrong_id_and_one_with_nul_are_refused(team: Team) -> None:
    with pytest.raises(RefusedError):
        team.hub("anna").put_texts([Text(ARTICLE, "something else")])
    with pytest.raises(RefusedError, match="NUL"):
        team.hub("anna").put_texts([Text(article_id("a\0b"), "a\0b")])


@pytest.mark.parametrize("author", ["ben", "annotator", "gpt", "ben (recheck)"])
def test_a_coder_cannot_send_anothers_work(team: Team, author: str) -> None:
    with pytest.raises(RefusedError, match="only their own work"):
        team.push("anna", review(author, 0))
    assert team.hub("anna").last(team.streams["anna"]) == 0


def test_a_coder_cannot_say_who_another_coder_is(team: Team) -> None:
    about = {"is_a": "human", "recheck_of": None, "created_at": "2026-11-02T08:00:00.000000Z"}
    with pytest.raises(RefusedError, match="only their own work"):
        team.push("anna", CoderItem.model_validate({"name": "ben", **about}))
    team.push("anna", mine := CoderItem.model_validate({"name": "anna", **about}))
    assert team.seen_by("ben") == [mine]


def test_a_reader_looks_whether_an_item_is_what_the_policies_saw(team: Team) -> None:
    team.push("ben", review("ben", 0))
    team.run("alter table hub.item drop constraint item_body")
    team.run('update hub.item set body = replace(body, \'"coder":"ben"\', \'"coder":"anna"\')')
    with pytest.raises(RefusedError, match="damaged"):
        team.seen_by("lead")


def test_a_coder_sends_their_second_coding(team: Team) -> None:
    team.push("anna", again := review("anna (recheck)", 0))
    assert team.seen_by("anna") == [again]


def test_the_lead_sends_for_coders_without_a_role_and_not_for_members(team: Team) -> None:
    of_model, of_ben = review("gpt", 0), review("ben", 0)
    team.push("lead", of_model, of_ben)
    assert team.steps_seen_by("lead") == {of_model.step_id}

    with team.session("lead") as c, pytest.raises(psycopg.errors.InsufficientPrivilege):
        _insert(c, team.streams["lead"], 2, author="ben")


def test_the_lead_may_send_a_step_again_to_more_readers(team: Team) -> None:
    whole = step("annotator", *(line(n, "verdict", [ARTICLE, n], {}) for n in range(2)), audience="lead")
    team.plan(whole)
    first, second = (whole.model_copy(update={"changes": (one,)}) for one in whole.changes)
    part = first.model_copy(update={"audience": "coder:anna"})
    team.plan(part, second)

    assert team.seen_by("anna") == [part]
    assert team.seen_by("lead") == [whole, part, second]


def test_a_coder_cannot_write_into_anothers_stream(team: Team) -> None:
    team.push("ben", review("ben", 0))
    with pytest.raises(RefusedError, match="in their own stream"):
        team.push("anna", review("anna", 0), stream=team.streams["ben"])


def test_a_coder_cannot_add_to_a_step(team: Team) -> None:
    mine = review("anna", 0)
    team.push("anna", mine)
    more = (*mine.changes, line(1, "review", [ARTICLE, 1], {"state": "coded"}))

    for changes in (more, more[1:], (line(0, "speaker", ["s"], {"name": "x"}),)):
        with pytest.raises(RefusedError):
            team.push("anna", mine.model_copy(update={"changes": changes}))
    assert team.seen_by("lead") == [mine]


def test_a_batch_that_is_there_already_or_comes_too_early_is_refused(team: Team) -> None:
    batch = team.push("anna", review("anna", 0))
    for number in (1, 3):
        with pytest.raises(RefusedError, match="batch"):
            team.hub("anna").push(
                Batch(stream=batch.stream, first=number, last=number, items=(review("anna", number),))
            )


def test_steps_of_a_copied_project_are_kept_once(team: Team) -> None:
    mine, more = review("anna", 0), review("anna", 1)
    team.push("anna", mine)
    elsewhere = str(uuid4())
    team.push("anna", mine, stream=elsewhere)
    team.push("anna", mine, more, stream=elsewhere)

    assert team.hub("anna").last(elsewhere) == 2
    assert sorted(one.step_id for one in team.seen_by("lead") if isinstance(one, StepItem)) == sorted(
        (mine.step_id, more.step_id)
    )


@pytest.mark.parametrize(
    "item",
    [
        step("anna", line(0, "phase", ["main"], {"closed_at": "x"}), audience="coder:anna"),
        step("anna", line(0, "codebook", [], "abc"), audience="coder:anna"),
        step("anna", line(0, "review", [ARTICLE, 0], {}), audience="coder:ben"),
        step("anna", line(0, "assignment", ["ben", ARTICLE, 0, 0, "main"], {})),
    ],
    ids=["phase", "codebook", "for another", "assignment"],
)
def test_a_coder_cannot_change_the_plan_or_write_to_another(team: Team, item: StepItem) -> None:
    with pytest.raises(RefusedError):
        team.push("anna", item)
    assert team.seen_by("ben") == []


def test_it_is_decided_of_each_kind_of_record_whether_a_coder_may_change_it(team: Team) -> None:
    keys: dict[str, list[object]] = {"assignment": ["anna"], "unblinding": ["anna"]}
    allowed = set()
    for entity in ENTITIES:
        one = step("anna", line(0, entity, keys.get(entity, [ARTICLE, 0]), None), audience="lead")
        try:
            team.push("anna", one)
        except RefusedError:
            continue
        allowed.add(entity)
    own = {"statement", "mentions", "label", "paragraph label", "article label", "review", "speaker", "verdict"}
    assert allowed == own
    assert set(ENTITIES) - own == OF_STUDY


def _insert(c: psycopg.Connection[tuple[object, ...]], stream: str, n: int, **columns: object) -> None:
    """An item by hand; `says` is what its body says otherwise."""
    step_id = str(uuid4())
    said = {"kind": "step", "coder": "anna", "step_id": step_id, "at": "x", "changes": []}
    says = columns.pop("says", {})
    assert isinstance(says, dict)
    given = {
        "stream": stream, "n": n, "i": 0, "format": 1, "kind": "step", "author": "anna", "audience": "sighted",
        "step_id": step_id, "body": json.dumps(said | says), **columns,
    }  # fmt: skip
    c.execute(
        f"insert into hub.item ({', '.join(given)}) values ({', '.join(['%s'] * len(given))})".encode(),
        list(given.values()),
    )


PHASE = [0, "phase", '["main"]', None, "{}", None, None, 7]


@pytest.mark.parametrize(
    "columns",
    [
        {"author": "ben"},
        {"author": "ben", "says": {"coder": "ben"}},
        {"author": "annotator", "says": {"coder": "annotator"}},
        {"says": {"coder": "ben"}},
        {"says": {"step_id": "another"}},
        {"says": {"kind": "place"}},
        {"audience": ALL},
        {"audience": "coder:ben"},
        {"by_lead": True},
        {"n": 3},
        {"i": 1},
        {"says": {"changes": [PHASE]}},
        {"says": {"changes": [PHASE]}, "audience": "lead"},
        {"says": {"changes": [{"n": 0, "entity": "phase", "key": '["main"]'}]}, "audience": "lead"},
        {"says": {"changes": {"entity": "phase"}}},
        {"kind": "coder", "step_id": None, "says": {"kind": "coder", "name": "ben", "step_id": None}},
        {"kind": "coder", "step_id": None, "body": '{"kind":"coder","name":"ben","name":"anna"}'},
        {"audience": "spot:x:y"},
        {"body": "no JSON"},
    ],
    ids=str,
)
def test_the_database_itself_refuses_what_the_program_would_not_send(team: Team, columns: dict[str, object]) -> None:
    with team.session("anna") as c:
        c.execute("insert into hub.stream (stream) values (%s)", (team.streams["anna"],))
        with pytest.raises(psycopg.DatabaseError) as refused:
            _insert(c, team.streams["anna"], **{"n": 1, **columns})  # type: ignore[arg-type]
        assert refused.value.sqlstate in ("42501", "23514", "HB001", "HB003", "HB004", "22P02", "22023")
        _insert(c, team.streams["anna"], 1)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from hub.member",
        "select * from hub.plan",
        "update hub.item set body = ''",
        "delete from hub.item",
        "truncate hub.item",
        "update hub.stream set last = 9",
        "insert into hub.stream (stream, last) values ('x', 4)",
        "insert into hub.stream (stream, role) select 'x', '{ben}'",
        "insert into hub.member values (session_user, 'x', true)",
        "insert into hub.plan values ('phase', '[\"main\"]', 'main', null, null, null, null, true, 'x', 'x', 0)",
        "update hub.plan set holds = true",
        "update hub.meta set value = '2'",
        "delete from hub.article",
        "call hub.admit('{anna}', 'anna', true)",
        "call hub.dismiss('{ben}')",
        "set role '{ben}'",
        "set role owner",
        "set role {administrator}",
        "set session authorization '{ben}'",
        "alter table hub.item disable row level security",
        "alter table hub.item disable trigger take_batch",
        "drop policy read on hub.item",
        "create table hub.mine (x text)",
        "create function hub.me() returns text language sql as $$ select 'ben' $$",
        "create or replace function hub.is_lead() returns boolean language sql as $$ select true $$",
        "set session_replication_role = replica",
        "grant select on hub.member to public",
    ],
)
def test_a_coder_is_refused(fixed_team: Team, sql: str) -> None:
    roles = {coder: str(fixed_team.address(coder).settings["user"]) for coder in ("anna", "ben")}

    with fixed_team.session("anna") as c, pytest.raises(psycopg.DatabaseError) as refused:
        c.execute(sql.format(**roles, administrator=fixed_team.database).encode())

    assert refused.value.sqlstate == "42501"
    assert len(fixed_team.seen_by("lead")) == 3


def test_others_streams_batches_and_numbers_are_invisible(team: Team) -> None:
    team.push("ben", review("ben", 0))
    team.push("ben", *statement("ben", 1))
    team.plan(assignment("anna", "main", 0, 5))
    team.push("anna", review("anna", 1))

    with team.session("anna") as c:
        streams = c.execute("select stream, last from hub.stream").fetchall()
        seen = c.execute("select author, count(*), max(n) from hub.item group by author order by author").fetchall()
        statements = c.execute("select count(*) from hub.statement").fetchone()
        names = c.execute("select hub.names_of_others()").fetchall()
    assert streams == [(team.streams["anna"], 1)]
    assert seen == [("anna", 1, 1), ("annotator", 1, 1)]
    assert statements == (0,)
    assert names == []
    assert set(team.hub("anna").streams()) == {team.streams["anna"], team.streams["lead"]}


def test_a_temporary_table_or_function_of_the_same_name_deceives_nobody(team: Team) -> None:
    team.push("ben", review("ben", 0))
    team.plan(assignment("anna", "main", 0, 5))
    with team.session("anna") as c:
        c.execute("create temporary table member (role name, coder text, is_lead boolean, is_admitted boolean)")
        c.execute("insert into member values (session_user, 'ben', true, true)")
        c.execute("create temporary table plan (holds boolean)")
        c.execute("set search_path = pg_temp, hub")
        assert c.execute("select hub.is_lead(), hub.me(), hub.blind()").fetchone() == (False, "anna", True)
        assert c.execute("select count(*) from hub.item where author = 'ben'").fetchone() == (0,)


def test_a_condition_of_ones_own_does_not_look_at_hidden_rows(team: Team) -> None:
    team.push("ben", review("ben", 0))
    team.plan(assignment("anna", "main", 0, 5))
    with team.session("anna") as c:
        c.execute(
            "create function pg_temp.tell(t text) returns boolean language plpgsql cost 0.0001 as"
            " $$ begin raise notice '%', t; return true; end $$"
        )
        heard: list[str] = []
        c.add_notice_handler(lambda told: heard.append(str(told.message_primary)))
        c.execute("select author from hub.item where pg_temp.tell(body)")
    assert len(heard) == 1
    assert '"ben"' not in heard[0]


def test_a_dismissed_coder_sees_and_sends_nothing_and_the_lead_may_send_their_work(team: Team) -> None:
    team.push("ben", mine := review("ben", 0))
    role = str(team.address("ben").settings["user"])

    team.administer(f"call hub.dismiss('{role}')")

    with pytest.raises(RefusedError):
        team.hub("ben").streams()
    team.push("lead", found_later := review("ben", 1))
    assert team.steps_seen_by("lead") == {mine.step_id, found_later.step_id}


def test_a_role_that_was_not_invited_sees_nothing(team: Team) -> None:
    team.push("ben", review("ben", 0))
    team.run("create role stranger login password 'stranger'; grant usage on schema hub to stranger")
    team.run("grant select, insert on all tables in schema hub to stranger")
    with psycopg.connect(team.cluster.url(team.database, "stranger", "stranger"), autocommit=True) as c:
        for table in ("item", "stream", "member", "plan", "statement", "article", "meta"):
            assert c.execute(f"select count(*) from hub.{table}".encode()).fetchone() == (0,)
    team.run("drop owned by stranger; drop role stranger")
