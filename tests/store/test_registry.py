"""Changes of the registry: planned, made, taken back; and the words of the text stay."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.errors import IngestError, StoreError, UsageError
from annotator.model import JOURNALIST, Speaker
from annotator.speakers.registry_file import Format, read_speakers, write_speakers
from annotator.store import Store
from annotator.store.changes.speaker_changes import Plan, SpeakerChanges
from tests.conftest import MakeProject

NAMES = ("Ása Brandt", "Brandt", "Harbour Union", "the mayor", "Leif Moe")


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    """Five names, one statement each by ada and one of the mayor's by bea."""
    made = make_project("One.\nTwo.\nThree.\n")
    for name in NAMES:
        say(made, "ada", name)
    say(made, "bea", "the mayor")
    return made


def say(store: Store, coder: str, *names: str) -> str:
    with store.coding(coder).step("speaker", 1) as step:
        statement = step.add_statement(None)
        step.set_speakers(statement, [(name, None) for name in names])
    return statement


def said(store: Store, coder: str = "ada") -> list[tuple[str, str]]:
    """The words chosen and the name they stand for, of every statement."""
    return [(m.words, m.name) for s in store.coding(coder).statements(1) for m in s.speakers]


def entry(store: Store, name: str) -> Speaker:
    return SpeakerChanges(store).resolve(name)


def make(store: Store, plan: Plan) -> Plan:
    SpeakerChanges(store).carry_out(plan)
    return plan


@pytest.fixture
def changes(store: Store) -> SpeakerChanges:
    return SpeakerChanges(store)


def test_a_renamed_speaker_is_found_by_both_names_and_the_words_stay(store: Store, changes: SpeakerChanges) -> None:
    plan = make(store, changes.rename("the mayor", "Mayor of Skerry"))

    assert plan.n_statements == 2
    assert entry(store, "the mayor").name == "Mayor of Skerry"
    assert ("the mayor", "Mayor of Skerry") in said(store)
    assert said(store, "bea") == [("the mayor", "Mayor of Skerry")]


def test_a_rename_to_a_name_that_another_has_offers_the_merge(changes: SpeakerChanges) -> None:
    with pytest.raises(UsageError, match="speakers merge"):
        changes.rename("Brandt", "Ása Brandt")


def test_a_merge_moves_statements_by_their_entry_and_loses_nothing(store: Store, changes: SpeakerChanges) -> None:
    plan = make(store, changes.merge(["Brandt", "the mayor"], "Ása Brandt"))

    assert plan.n_statements == 3
    assert plan.lines == ("Brandt becomes Ása Brandt (1 statement)", "the mayor becomes Ása Brandt (2 statements)")
    assert said(store)[:4] == [
        ("Ása Brandt", "Ása Brandt"),
        ("Brandt", "Ása Brandt"),
        ("Harbour Union", "Harbour Union"),
        ("the mayor", "Ása Brandt"),
    ]
    assert entry(store, "Ása Brandt").aliases == ("Brandt", "the mayor")
    assert [e.name for e in store.registry.entries()] == ["Harbour Union", "Leif Moe", "Ása Brandt"]


def test_a_plan_changes_nothing_by_itself(store: Store, changes: SpeakerChanges) -> None:
    changes.merge(["Brandt"], "Ása Brandt")
    changes.rename("Brandt", "B.")

    assert said(store)[1] == ("Brandt", "Brandt")


def test_merges_never_make_a_chain(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.merge(["the mayor"], "Brandt"))
    make(store, changes.merge(["Brandt"], "Ása Brandt"))

    assert said(store)[3] == ("the mayor", "Ása Brandt")
    assert store.connection.one(
        "select count(*) from speakers s join speakers m on m.id = s.merged_into where m.merged_into is not null"
    ) == (0,)


@pytest.mark.parametrize("names", [(["Brandt"], "Brandt"), (["Ása Brandt"], "Brandt")])
def test_a_merge_into_itself_or_in_a_circle_is_refused(
    store: Store, changes: SpeakerChanges, names: tuple[list[str], str]
) -> None:
    make(store, changes.merge(["Brandt"], "Ása Brandt"))

    with pytest.raises(UsageError, match="cannot be merged into itself"):
        changes.merge(*names)


def test_undo_takes_each_change_back_in_turn(store: Store, changes: SpeakerChanges) -> None:
    before = store.registry.all()
    make(store, changes.merge(["Brandt"], "Ása Brandt"))
    make(store, changes.rename("Ása Brandt", "Brandt, Ása"))
    make(store, changes.retire("Leif Moe"))

    undone = [changes.undo() for _ in range(3)]

    assert [u.what for u in undone if u] == [
        "retire Leif Moe",
        "rename Ása Brandt to Brandt, Ása",
        "merge Brandt into Ása Brandt",
    ]
    assert store.registry.all() == before


def test_undo_leaves_work_alone_that_is_no_change_of_the_registry(store: Store) -> None:
    coder = store.coding("ada").coder.id

    changes = SpeakerChanges(store, coder)
    changes.carry_out(changes.retire("Leif Moe"))
    with store.coding("ada").step("note", 1) as step:
        step.review(note="x")

    with pytest.raises(StoreError, match="something else"):
        changes.undo()
    assert entry(store, "Leif Moe").retired


def test_a_split_takes_a_merged_name_out_again(store: Store, changes: SpeakerChanges) -> None:
    before = store.registry.all()
    make(store, changes.merge(["Brandt", "the mayor"], "Ása Brandt"))

    make(store, changes.split("Ása Brandt", "the mayor"))
    make(store, changes.split("Ása Brandt", "Brandt"))

    assert store.registry.all() == before


def test_a_split_by_words_takes_its_statements_along(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.merge(["the mayor"], "Leif Moe"))
    both = say(store, "ada", "the mayor", "Harbour Union")

    plan = make(store, changes.split("Leif Moe", "Mayor before Moe", ["The Mayor"]))

    assert plan.n_statements == 3
    assert said(store)[3:] == [
        ("the mayor", "Mayor before Moe"),
        ("Leif Moe", "Leif Moe"),
        ("the mayor", "Mayor before Moe"),
        ("Harbour Union", "Harbour Union"),
    ]
    assert both in {s.statement_id for s in store.coding("ada").statements(1)}
    changes.undo()
    assert said(store)[3] == ("the mayor", "Leif Moe")


def test_a_split_without_words_says_what_can_be_split_off(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.merge(["Brandt"], "Ása Brandt"))

    with pytest.raises(UsageError, match="merged into it were Brandt"):
        changes.split("Ása Brandt", "nobody")
    with pytest.raises(UsageError, match="no statement names"):
        changes.split("Ása Brandt", "nobody", ["never said"])


def test_a_retired_speaker_is_not_offered_and_keeps_its_statements(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.retire("Leif Moe"))

    assert "Leif Moe" not in {e.name for e in store.registry.entries()}
    assert ("Leif Moe", "Leif Moe") in said(store)
    make(store, changes.retire("Leif Moe", back=True))
    assert "Leif Moe" in {e.name for e in store.registry.entries()}


def test_aliases_come_and_go_and_ambiguous_ones_are_said(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.alias("Ása Brandt", ["ÁB"]))
    plan = make(store, changes.alias("Leif Moe", ["ÁB", "LM"]))

    assert plan.lines == (
        "Leif Moe is also ÁB; Ása Brandt also has it, so this alias alone is ambiguous",
        "Leif Moe is also LM",
    )
    with pytest.raises(UsageError, match="it is an alias of Leif Moe and Ása Brandt"):
        changes.resolve("ÁB")
    make(store, changes.alias("Leif Moe", remove=["ÁB"]))
    assert entry(store, "ÁB").name == "Ása Brandt"
    with pytest.raises(UsageError, match="already another entry"):
        changes.alias("Leif Moe", ["Brandt"])


def test_a_merge_fills_gaps_and_says_what_differs(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.describe("Brandt", type="person", country="Skerry"))
    make(store, changes.describe("Ása Brandt", country="Norway"))

    plan = make(store, changes.merge(["Brandt"], "Ása Brandt"))

    assert "Ása Brandt keeps country Norway (Brandt had Skerry)" in plan.lines
    assert (entry(store, "Ása Brandt").type, entry(store, "Ása Brandt").country) == ("person", "Norway")


def test_the_journalist_stays_who_they_are(store: Store, changes: SpeakerChanges) -> None:
    say(store, "ada", JOURNALIST)

    with pytest.raises(UsageError, match="own voice"):
        changes.rename(JOURNALIST, "x")
    with pytest.raises(UsageError, match="own voice"):
        changes.merge(["Brandt"], JOURNALIST)


def test_an_unknown_name_offers_what_looks_like_it(changes: SpeakerChanges) -> None:
    with pytest.raises(UsageError, match="Ása Brandt"):
        changes.resolve("Asa Brant")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[2Jb", "x" * 201])
def test_a_name_that_no_line_can_hold_is_refused(changes: SpeakerChanges, name: str) -> None:
    with pytest.raises(UsageError):
        changes.rename("Brandt", name)


def test_a_plan_is_refused_when_the_entry_has_changed_meanwhile(store: Store, changes: SpeakerChanges) -> None:
    plan = changes.rename("Brandt", "B.")
    make(store, changes.describe("Brandt", type="person"))

    with pytest.raises(StoreError, match="changed in the meantime"):
        changes.carry_out(plan)
    assert entry(store, "Brandt").name == "Brandt"


@pytest.mark.parametrize("how", ["jsonl", "csv"])
def test_a_registry_goes_out_and_comes_back_whole(
    store: Store, changes: SpeakerChanges, make_project: MakeProject, tmp_path: Path, how: Format
) -> None:
    make(store, changes.merge(["Brandt"], "Ása Brandt"))
    make(store, changes.alias("Leif Moe", ["=SUM(A1)", "a|b", "c\\d", 'e "f", g']))
    make(store, changes.retire("Harbour Union"))
    file = tmp_path / f"registry.{how}"
    file.write_text("".join(write_speakers(store.registry.all(), how)), encoding="utf-8")
    other = make_project("Four.\n", name="other.db")

    plan = SpeakerChanges(other).add_all(read_speakers(file))
    make(other, plan)

    assert other.registry.all() == store.registry.all()
    assert SpeakerChanges(other).add_all(read_speakers(file)).writes == ()


def test_an_import_fills_gaps_and_overwrites_only_when_told(store: Store, changes: SpeakerChanges) -> None:
    make(store, changes.describe("Brandt", country="Norway"))
    given = [
        Speaker(speaker_id=str(uuid4()), name="Brandt", type="person", country="Skerry", aliases=("Ása B.",)),
        Speaker(speaker_id=str(uuid4()), name="New One"),
    ]

    kept, won = changes.add_all(given), changes.add_all(given, overwrite=True)

    assert kept.lines == (
        "Brandt is also Ása B.",
        "Brandt: type none → person",
        "Brandt: country stays Norway (the file says Skerry)",
        "New One is new",
    )
    assert "Brandt: country Norway → Skerry" in won.lines
    make(store, kept)
    assert entry(store, "Ása B.").country == "Norway"


def test_an_import_with_merges_in_a_circle_is_refused(changes: SpeakerChanges) -> None:
    one, other = str(uuid4()), str(uuid4())
    circle = [
        Speaker(speaker_id=one, name="P", merged_into=other),
        Speaker(speaker_id=other, name="Q", merged_into=one),
    ]

    with pytest.raises(UsageError, match="circle"):
        changes.add_all(circle)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("r.csv", "type\nperson\n", "the column `name` is missing"),
        ("r.csv", "name,who\na,b\n", "unknown column 'who'"),
        ("r.csv", "name,type\na\n", "r.csv:2: the number of cells differs"),
        ("r.jsonl", '{"name": "a"}\n{"name": \n', "r.jsonl:2: not JSON"),
        ("r.jsonl", "[1]\n", "r.jsonl:1: an entry must be an object"),
        ("r.jsonl", '{"name": ""}\n', "r.jsonl:1: name"),
        ("r.jsonl", '{"name": "a", "x": 1}\n', "r.jsonl:1: x"),
    ],
)
def test_a_broken_registry_file_is_refused_with_its_line(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(IngestError, match=complaint.replace("[", r"\[")):
        read_speakers(tmp_path / name)


ACTS = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "rename", "retire", "undo"]), st.integers(0, 9), st.integers(0, 9)),
    max_size=12,
)


@given(acts=ACTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_to_the_registry_every_word_keeps_an_entry(
    make_project: MakeProject, acts: list[tuple[str, int, int]]
) -> None:
    store = make_project("One.\nTwo.\n", name=f"{uuid4()}.db")
    for name in NAMES:
        say(store, "ada", name)
    changes = SpeakerChanges(store)
    for what, i, j in acts:
        names = [s.name for s in store.registry.all()]
        one, other = names[i % len(names)], names[j % len(names)]
        try:
            match what:
                case "merge":
                    changes.carry_out(changes.merge([one], other))
                case "split":
                    changes.carry_out(changes.split(one, other))
                case "rename":
                    changes.carry_out(changes.rename(one, f"N{i}{j}"))
                case "retire":
                    changes.carry_out(changes.retire(one))
                case _:
                    changes.undo()
        except (UsageError, StoreError):
            continue

    assert [words for words, _ in said(store)] == list(NAMES)
    roots = store.connection.all(
        "select s.id from speakers s join speakers m on m.id = s.merged_into where m.merged_into is not null"
    )
    assert roots == []
    store.close()
